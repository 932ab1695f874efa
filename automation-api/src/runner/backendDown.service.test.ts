import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChildEngine } from "../engine/childEngine.ts";
import { createLogger } from "../logging/logger.ts";
import { OperationFeed } from "../operations/operationFeed.ts";
import { type ControlCluster, silent, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { FakeBackups } from "../testing/fakeBackups.ts";
import { FAKE_STACKS } from "../testing/fakeEngineRunner.ts";
import { FakeImages } from "../testing/fakeImages.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { testDataPlaneKeyring, testKeyring } from "../testing/testEnv.ts";
import { RunnerMetrics } from "./metrics.ts";
import { runOperation } from "./runOperation.ts";
import { LEASE_TIMES, type RunnerServices } from "./services.ts";

const PASSWORD = "S3kretOfTheBackend";
const PASSPHRASE = "passphrase-of-the-stacks";

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Every file below a folder, in one text. */
async function contentOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}

describe("an operation whose backend can't be opened", () => {
  let cluster: ControlCluster;
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    cluster = await startControlCluster();
    database = await cluster.clone();
    folder = await mkdtemp(join(tmpdir(), "supalove-backend-down-"));
    await mkdir(join(folder, "home"));
    await writeFile(join(folder, "passphrase"), PASSPHRASE);
  });
  afterAll(async () => {
    await database?.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the creation of a project with the real engine. @returns what is told about it, and the runner's log */
  async function create(backendUrl: string) {
    const lines: string[] = [];
    const logger = createLogger("runner", "trace", { write: (line) => lines.push(line) });
    const engine = new ChildEngine({
      entry: fileURLToPath(new URL("operationChild.ts", import.meta.url)),
      env: {
        PATH: [join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "bin"), process.env["PATH"]].join(
          delimiter,
        ),
        HOME: folder,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: backendUrl,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase"),
        SUPALOVE_STACKS_DIR: join(folder, "stacks"),
      },
      workRoot: join(folder, "stacks"),
      spares: 0,
      logger,
    });
    const services: RunnerServices = {
      env: {
        SUPALOVE_INSTANCE: "test",
        SUPALOVE_MASTER_KEY: testKeyring,
        SUPALOVE_DATA_PLANE_KEY: testDataPlaneKeyring,
        BACKUP_DIR: join(folder, "backups"),
        BACKUP_GRACE_DAYS: 7,
      },
      database: database.owner,
      host: "test",
      engine,
      cancellations: new OperationFeed(database.ownerUrl, "operation_cancel", silent),
      smoke: () => Promise.reject(new Error("nothing to ask for")),
      logins: { open: async () => {}, close: async () => {} },
      stacks: FAKE_STACKS,
      backups: new FakeBackups(),
      catalogFaults: async () => new Set(),
      metrics: new RunnerMetrics(
        async () => 0,
        async () => [],
      ),
      logger,
      stopping: new AbortController().signal,
      lease: LEASE_TIMES,
      health: { withinMs: 500, staysMs: 20, illMs: 200, pauseMs: 10 },
      images: new FakeImages(),
      rollbackPausesMs: [],
    };
    const ref = await addProject(database.owner, { status: "COMING_UP", secrets: false });
    const id = await addOperationRow(database.owner, ref, { creates: true, statusIfCancelled: "INIT_FAILED" });
    await runOperation(services, id, "test").finally(() => engine.close());
    const operation = await database.owner.operation.findUniqueOrThrow({ where: { id } });
    const events = await database.owner.operationEvent.findMany({ where: { operationId: id } });
    return {
      operation,
      told: JSON.stringify([operation.error, operation.summary, events.map((e) => e.event)]),
      log: lines.join(""),
    };
  }

  const at = (host: string, port: number, name: string) =>
    `postgres://supalove_pulumi:${PASSWORD}@${host}:${port}/${name}?sslmode=disable`;

  it.each([
    ["does not answer", async () => at("127.0.0.1", await closedPort(), "pulumi")],
    ["has no such database", async () => at(cluster.postgres.host, cluster.postgres.port, "nowhere")],
    ["is nowhere to be found", async () => at("no.such.host.invalid", 5432, "pulumi")],
  ])("that %s fails with words, without a password", async (_, url) => {
    const { operation, told, log } = await create(await url());
    expect(operation.status).toBe("failed");
    expect(told).toContain("unable to open bucket");
    expect(log).toContain("operation ended");
    expect(log).toContain("unable to open bucket");
    for (const text of [told, log, await contentOf(join(folder, "stacks")), await contentOf(join(folder, "home"))]) {
      for (const secret of [PASSWORD, PASSPHRASE, "cluster-password"]) expect(text).not.toContain(secret);
    }
  });
});
