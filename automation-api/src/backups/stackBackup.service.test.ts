import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import {
  firstKeys,
  newProjectRef,
  ProjectSpec,
  type RunnerEnv,
  type ServerPlace,
  stackName,
} from "@supalove/contracts";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DumpFacts } from "./backupPort.ts";
import { dockerBackups } from "./dockerBackups.ts";
import { dumpStack } from "./dumpStack.ts";
import { explainFailure } from "./explainFailure.ts";
import { sweepBackups } from "./sweepBackups.ts";
import { testRestore } from "./testRestore.ts";
import { clearThrowaways, withThrowaway } from "./throwaway.ts";

/* Dumps of a database in a container, and what a test says about good and bad ones, on the real Docker engine. */

const IMAGE = "supalove/supabase-postgres:dev";
const endpoint = "unix:///var/run/docker.sock";
const instance = `slb-${randomBytes(4).toString("hex")}`;
const ref = newProjectRef();
const container = stackName(instance, ref, "db");
const volume = stackName(instance, ref, "data");
const operationId = "op_of_the_test";
const place: ServerPlace = {
  kind: "server",
  cores: null,
  ...{ endpoint, instance, bindAddress: "127.0.0.1", edgeNetwork: "none", reachedAt: null },
};
const parsed = ProjectSpec.parse({
  ...{ plan: "dedicated", ref, size: "micro", extensions: [], keys: firstKeys(1), passwordGeneration: 0, imported: {} },
  stack: {
    ...{ services: [], postgresSettings: {}, routes: [], publishDatabase: false, paused: false },
    ...{ gatewayPort: 5500, databasePort: 5501, images: { db: IMAGE, rest: "x", meta: "x", gateway: "x" } },
  },
});
if (parsed.plan !== "dedicated") throw new Error("not dedicated");
const spec = parsed;
const never = new AbortController().signal;

const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
const psql = (statement: string) =>
  docker(
    "exec",
    container,
    "psql",
    "-v",
    "ON_ERROR_STOP=1",
    "-U",
    "supabase_admin",
    "-d",
    "postgres",
    "-Atc",
    statement,
  );

const startDatabase = () =>
  docker(
    ...["run", "--detach", "--name", container, "--network", "none", "--volume", `${volume}:/var/lib/postgresql/data`],
    ...["--env", "POSTGRES_PASSWORD=x", IMAGE, "postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"],
  );

let good: { readonly bytes: Buffer; readonly facts: DumpFacts };
beforeAll(async () => {
  await docker("volume", "create", volume);
  await startDatabase();
  for (;;) {
    const up = await execa("docker", ["exec", container, "pg_isready", "-q", "-h", "127.0.0.1"], { reject: false });
    if (up.exitCode === 0) break;
  }
  await psql("alter role postgres password 'of-the-owner' createrole");
  await psql("create extension if not exists pg_cron; select cron.schedule('* * * * *', 'delete from public.notes')");
  await psql("update cron.job set active = false");
  await psql(`
    create role "it's odd";
    create table public.notes (id int primary key, body text);
    insert into public.notes select g, repeat(md5(g::text), 20) from generate_series(1, 5000) g;
    create table public.empty (id int);
    create policy odd on public.notes to "it's odd" using (true);
    alter table public.notes owner to postgres`);
  const dumped = await dump();
  if (dumped.facts === undefined) throw new Error("there is a database");
  good = { bytes: dumped.bytes, facts: dumped.facts };
});
afterAll(async () => {
  await clearThrowaways(endpoint, instance, async () => () => true);
  await execa("docker", ["rm", "--force", container], { reject: false });
  await execa("docker", ["volume", "rm", "--force", volume], { reject: false });
});

async function dump(password = "of-the-owner") {
  const output = new PassThrough();
  const bytes = buffer(output);
  const source = { password, operationId };
  const sizes: number[] = [];
  try {
    const facts = await dumpStack({ spec, place, source, output, begun: (size) => sizes.push(size), signal: never });
    output.end();
    await finished(output, { readable: false });
    return { facts, bytes: await bytes, sizes };
  } catch (error) {
    output.destroy();
    await bytes.catch(() => undefined);
    throw error;
  }
}

const verdict = async (bytes: Buffer, facts = good.facts) =>
  testRestore({ endpoint, instance, operationId, image: IMAGE, input: chunks(bytes), facts, signal: never }).then(
    () => "good",
    (error: unknown) => explainFailure(error),
  );

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

describe("a dump of a database in a container", () => {
  it("tells what it holds, and is good", async () => {
    expect(good.facts.tables).toMatchObject({ "public.notes": 5000, "public.empty": 0 });
    expect(good.facts.tables).not.toHaveProperty("cron.job");
    expect(good.facts.roles).toContain("it's odd");
    expect(await verdict(good.bytes)).toBe("good");
  });

  it("is not good when its end is missing, a byte of it is another one, or it is none", async () => {
    expect(await verdict(good.bytes.subarray(0, good.bytes.length - 2_000))).not.toBe("good");
    const altered = Buffer.from(good.bytes);
    const middle = Math.floor(altered.length * 0.7);
    altered[middle] = (altered[middle] ?? 0) ^ 0xff;
    expect(await verdict(altered)).not.toBe("good");
    expect(await verdict(Buffer.from("no archive"))).not.toBe("good");
  });

  it("is not good when it lacks a row or a table of the database", async () => {
    const tables = { ...good.facts.tables, "public.notes": 5001 };
    expect(await verdict(good.bytes, { ...good.facts, tables })).toContain("public.notes has 5000 rows in it instead");
    const more = { ...good.facts.tables, "public.gone": 0 };
    expect(await verdict(good.bytes, { ...good.facts, tables: more })).toContain("public.gone is missing");
  });

  it("does not come about with a wrong password, and leaves nothing running", async () => {
    await expect(
      dump("wrong").catch((error: unknown) => Promise.reject(new Error(explainFailure(error)))),
    ).rejects.toThrow(/does not take the password the platform has/);
    expect(
      await docker(
        "ps",
        "--quiet",
        "--all",
        "--filter",
        "label=supalove.backup",
        "--filter",
        `label=supalove.instance=${instance}`,
      ),
    ).toBe("");
  });

  it("is taken where the container stands still, or there is none but its volume; not where there is nothing", async () => {
    await docker("stop", container);
    expect((await dump()).facts).toEqual(good.facts);
    expect(await docker("inspect", "--format", "{{.State.Running}}", container)).toBe("true");
    await docker("stop", container);
    await docker("rm", container);
    expect((await dump()).facts).toEqual(good.facts);
    // Stopped in order: the next start has nothing to recover.
    await startDatabase();
    const state = await docker("exec", container, "pg_controldata", "/var/lib/postgresql/data");
    expect(state).not.toContain("in crash recovery");
    await docker("rm", "--force", container);
    await docker("volume", "rm", volume);
    expect((await dump()).facts).toBeUndefined();
  });
});

describe("databases that are there for a backup", () => {
  it("are removed when nobody finishes it, and end with the wish to stop", async () => {
    const stop = new AbortController();
    const args = { endpoint, instance, operationId, image: IMAGE, command: ["postgres"], memoryMebibytes: 256 };
    const used = withThrowaway(args, stop.signal, async () => {
      stop.abort();
      await new Promise((_, reject) => setTimeout(() => reject(new Error("stopped")), 3_000));
    });
    await expect(used).rejects.toThrow("stopped");
    const label = ["--label", `supalove.instance=${instance}`, "--label", "supalove.backup=op_left"];
    const left = await docker("run", "--detach", ...label, "--env", "POSTGRES_PASSWORD=x", IMAGE);
    const servers = { server: { findMany: async () => [{ endpoint }] } };
    const port = dockerBackups(servers as never, { SUPALOVE_INSTANCE: instance, STACK_IMAGES: undefined });
    await port.clear({ running: async () => new Set(["op_left"]) });
    expect(await docker("ps", "--quiet", "--no-trunc", "--filter", `id=${left}`)).toBe(left);
    await port.clear({ running: async () => new Set() });
    expect(await docker("ps", "--quiet", "--all", "--filter", `id=${left}`)).toBe("");
  });

  it("stay where their operation began while the sweep was looking", async () => {
    const start = (operation: string) => {
      const label = ["--label", `supalove.instance=${instance}`, "--label", `supalove.backup=${operation}`];
      return docker("run", "--detach", ...label, "--env", "POSTGRES_PASSWORD=x", IMAGE);
    };
    const left = await start("op_left");
    const begun: string[] = [];
    const running: { id: string }[] = [];
    /** Right after each answer which operations run, one more begins and makes its container. */
    const database = {
      server: { findMany: async () => [{ endpoint }] },
      backup: { findMany: async () => [] },
      operation: {
        findMany: async () => {
          const answer = [...running];
          const id = `op_begun_${running.length}`;
          running.push({ id });
          begun.push(await start(id));
          return answer;
        },
      },
    } as never;
    const backups = dockerBackups(database, { SUPALOVE_INSTANCE: instance, STACK_IMAGES: undefined });
    const folder = await mkdtemp(join(tmpdir(), "supalove-sweep-"));
    try {
      await sweepBackups({ database, backups, env: { BACKUP_DIR: folder } as RunnerEnv });
      const stays = await docker("ps", "--quiet", "--no-trunc", "--filter", `label=supalove.instance=${instance}`);
      expect(stays.split("\n").sort()).toEqual([...begun].sort());
      expect(begun).not.toEqual([]);
    } finally {
      await docker("rm", "--force", "--volumes", left, ...begun);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
