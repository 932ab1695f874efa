#!/usr/bin/env node
// Stand-in for Prisma's native schema engine, which only a download could bring: same arguments and JSON-RPC over stdio,
// but the engine's WebAssembly build and the pg driver adapter, both from npm. For development and CI; nothing that runs
// in production starts it. Set PRISMA_SCHEMA_ENGINE_BINARY to this file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

const require = createRequire(import.meta.url);

// Where the engine says why it ends; without this it would end without a word.
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };

/** Reads the arguments Prisma gives its engine; what is not needed here is skipped. */
function readArguments(argv) {
  const found = { models: [], url: process.env.DATABASE_URL, command: undefined };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--version") {
      console.log("schema-engine-cli wasm");
      process.exit(0);
    }
    if (argv[i] === "--datamodels") found.models.push(argv[++i]);
    else if (argv[i] === "--datasource") found.url = JSON.parse(argv[++i]).url;
    else if (argv[i] === "cli") found.command = argv[++i];
    else if (argv[i].startsWith("--")) i++;
  }
  return found;
}

/** Separate fields, never `connectionString`: pg lets that one win over `database`, and the shadow would be the main one. */
function connection(url, database) {
  const u = new URL(url);
  return {
    host: u.hostname,
    port: Number(u.port || 5432),
    user: decodeURIComponent(u.username),
    password: decodeURIComponent(u.password),
    database: database ?? decodeURIComponent(u.pathname.slice(1)),
    ssl: ["require", "verify-full"].includes(u.searchParams.get("sslmode") ?? ""),
  };
}

async function query(config, sql) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const quote = (name) => `"${name.replaceAll('"', '""')}"`;

/** `can-connect-to-database`, `create-database`, `drop-database`: run and exit. */
async function runCommand(command, url) {
  const { database } = connection(url);
  try {
    if (command === "can-connect-to-database") await query(connection(url), "select 1");
    else if (command === "create-database")
      await query(connection(url, "postgres"), `create database ${quote(database)}`);
    else if (command === "drop-database")
      await query(connection(url, "postgres"), `drop database if exists ${quote(database)}`);
    else throw new Error(`unsupported command ${command}`);
    process.exit(0);
  } catch (error) {
    const code = { "3D000": "P1003", "28P01": "P1000" }[error.code] ?? "P1001";
    const fields = { message: error.message, is_panic: false, error_code: code, meta: { database_name: database } };
    const line = { level: "ERROR", fields, timestamp: new Date().toISOString(), target: "schema_engine::logger" };
    console.error(`schema-engine (wasm)\n${JSON.stringify(line)}`);
    process.exit(1);
  }
}

/** Columns of type "char" by the rows that they are in. */
const charColumns = new WeakMap();

/** Catalog columns of type "char" (oid 18) are unknown to the adapter, which takes them as bpchar, a text. */
function teachCharType() {
  const Result = require("pg/lib/result.js");
  const { addFields } = Result.prototype;
  Result.prototype.addFields = function (fields) {
    const found = [];
    for (const [at, field] of fields.entries()) {
      if (field.dataTypeID !== 18) continue;
      field.dataTypeID = 1042;
      found.push(at);
    }
    charColumns.set(this.rows, found);
    return addFields.call(this, fields);
  };
}

/** The engine wants what is a character to be called one, and ends where it is called a text. */
function sayCharacter(adapter) {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (asked) => {
    const result = await queryRaw(asked);
    for (const at of charColumns.get(result.rows) ?? []) result.columnTypes[at] = ColumnTypeEnum.Character;
    return result;
  };
  return adapter;
}

/** The adapter drops its shadow database before closing its own pool, which fails: this one closes first. */
function adapterFactory(url) {
  const schema = new URL(url).searchParams.get("schema") ?? undefined;
  const factory = new PrismaPg(connection(url), { schema });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => sayCharacter(await connect());
  factory.connectToShadowDb = async () => {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await query(connection(url), `CREATE DATABASE ${quote(name)}`);
    const adapter = sayCharacter(await new PrismaPg(connection(url, name), { schema }).connect());
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await query(connection(url), `DROP DATABASE IF EXISTS ${quote(name)} WITH (FORCE)`);
    };
    return adapter;
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

async function loadEngine(models, url) {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const folder = dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const wasm = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
  const datamodels = models.length > 0 ? models.map((file) => [file, readFileSync(file, "utf8")]) : undefined;
  return bindings.SchemaEngine.new({ datamodels }, () => {}, adapterFactory(url));
}

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

async function answer(request, engine) {
  try {
    const method = request.method === "getDatabaseVersion" ? "version" : request.method;
    const wasm = await engine();
    if (typeof wasm[method] !== "function") throw new Error(`method not in the wasm engine: ${request.method}`);
    const result = await wasm[method](request.params ?? {});
    // The native engine prints a diff itself, through a call back to its client.
    if (method === "diff" && result?.stdout) send({ id: "print", method: "print", params: { content: result.stdout } });
    send({ id: request.id, result: result ?? null });
  } catch (error) {
    const message = String(error?.message ?? error);
    const data = { is_panic: false, message, error_code: error?.code ?? null, meta: error?.meta ?? {} };
    send({ id: request.id, error: { code: 4466, message, data } });
  }
}

const { models, url, command } = readArguments(process.argv.slice(2));
teachCharType();
if (command !== undefined) await runCommand(command, url);
let loading;
const engine = () => {
  loading ??= loadEngine(models, url);
  return loading;
};
let chain = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = line.trim() === "" ? {} : JSON.parse(line);
    if (request.method !== undefined) chain = chain.then(() => answer(request, engine));
  })
  .on("close", () => chain.then(() => process.exit(0)));
