import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BackupFailed } from "../backups/backupPort.ts";
import { forgetBackups, sweepBackups } from "../backups/sweepBackups.ts";
import { type ControlCluster, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { FakeBackups } from "../testing/fakeBackups.ts";
import { die, succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addOperationRow, addProject } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";

let cluster: ControlCluster;
let target: TestDatabase;
let runner: FakeEngineRunner;
let backups: FakeBackups;

beforeAll(async () => {
  cluster = await startControlCluster();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  target = await cluster.clone();
  backups = new FakeBackups();
  runner = startFakeEngineRunner(target, { backups });
});
afterEach(async () => {
  await runner.close();
  await target.close();
});

interface Wish {
  readonly before?: string;
  readonly backup?: boolean;
  readonly secrets?: boolean;
  readonly dedicated?: boolean;
}

/** A project that is to be destroyed. */
async function doomed({ before = "ACTIVE_HEALTHY", backup, secrets = true, dedicated = false }: Wish = {}) {
  const ref = await addProject(target.owner, { status: "GOING_DOWN", secrets, dedicated, name: "shop" });
  await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
  const id = await addOperationRow(target.owner, ref, { kind: "destroy", statusIfCancelled: before });
  if (backup !== undefined) {
    const input = { creates: false, status_if_cancelled: before, backup };
    await target.owner.operation.update({ where: { id }, data: { input } });
  }
  return { ref, id };
}

const folder = () => runner.services.env.BACKUP_DIR;
const files = () => readdir(folder()).catch(() => []);
const rows = () => target.owner.backup.findMany();
const operationOf = (id: string) => target.owner.operation.findUniqueOrThrow({ where: { id } });
const projectOf = (ref: string) => target.owner.project.findUniqueOrThrow({ where: { ref } });

async function phasesOf(operationId: string): Promise<string[]> {
  const events = await target.owner.operationEvent.findMany({ where: { operationId }, orderBy: { seq: "asc" } });
  return events.map(({ event }) => event as { message?: string }).flatMap(({ message }) => message ?? []);
}

describe("the last backup of a project", () => {
  it.each([false, true])("is taken and tested before anything is deleted (dedicated: %s)", async (dedicated) => {
    const { ref, id } = await doomed({ dedicated });
    runner.engine.behaviour = async (call, count) => {
      expect(await rows()).toHaveLength(1);
      return succeed(call, count);
    };
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
    const [row] = await rows();
    expect(row).toMatchObject({ operationId: id, projectRef: ref, projectName: "shop", reason: "destroy", bytes: 28n });
    expect((row?.expiresAt.getTime() ?? 0) - (row?.createdAt.getTime() ?? 0)).toBe(7 * 86_400_000);
    expect(await files()).toEqual([`${id}.dump`]);
    expect(await readFile(join(folder(), `${id}.dump`), "utf8")).toBe(`dump of ${ref}`);
    expect(backups.tested).toEqual([ref]);
    expect(await phasesOf(id)).toEqual([
      "The gateway refuses requests and closes its connections",
      "Taking a last backup (12 MiB)",
      "Testing the backup",
    ]);
  });

  it.each([
    ["it was refused", { backup: false }],
    ["it never was ready", { before: "INIT_FAILED" }],
    ["it never had keys", { secrets: false }],
  ])("is not taken where %s", async (_why, wish) => {
    const { ref, id } = await doomed(wish);
    await runner.run(id);
    expect(await projectOf(ref)).toMatchObject({ status: "REMOVED" });
    expect([await rows(), await files(), backups.dumped]).toEqual([[], [], []]);
  });

  it("is no rollback's matter", async () => {
    const ref = await addProject(target.owner, { status: "COMING_UP", secrets: false });
    const id = await addOperationRow(target.owner, ref, { creates: true, statusIfCancelled: "INIT_FAILED" });
    runner.engine.behaviour = ({ command }) =>
      command.action === "up"
        ? { status: "failed", error: { code: "x", message: "x", next_step: "x" } }
        : { status: "succeeded", outputs: null };
    await runner.run(id);
    expect(runner.engine.actions).toEqual(["up", "destroy"]);
    expect(backups.dumped).toEqual([]);
  });

  it("that fails stops the destroy before anything is deleted", async () => {
    const { ref, id } = await doomed();
    backups.onDump = () => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    await runner.run(id);
    expect(runner.engine.calls).toEqual([]);
    expect(await operationOf(id)).toMatchObject({
      status: "failed",
      error: { code: "backup_failed", message: expect.stringContaining("because the disk is full.") },
    });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY", deletedAt: null });
    expect([await rows(), await files()]).toEqual([[], []]);
  });

  it("that is not good stops it, too, and leaves no file", async () => {
    const { ref, id } = await doomed();
    backups.onTest = () => {
      throw new BackupFailed("it was taken, but restoring it showed that table public.notes is missing in it");
    };
    await runner.run(id);
    expect(runner.engine.calls).toEqual([]);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "backup_failed" } });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
    expect([await rows(), await files()]).toEqual([[], []]);
  });

  it("that was altered on the disk is not good", async () => {
    const { id } = await doomed();
    const dump = backups.dump.bind(backups);
    backups.dump = async (...args) => {
      const facts = await dump(...args);
      const [name = ""] = await files();
      await writeFile(join(folder(), name), "something else of the length");
      return facts;
    };
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "failed", error: { code: "backup_failed" } });
    expect([runner.engine.calls, await rows(), await files()]).toEqual([[], [], []]);
  });

  it("is left out where the database is gone", async () => {
    const { ref, id } = await doomed();
    backups.onDump = () => false;
    await runner.run(id);
    expect(await projectOf(ref)).toMatchObject({ status: "REMOVED" });
    expect([await rows(), await files()]).toEqual([[], []]);
  });

  it("that was taken by a run that was cut off is not taken again", async () => {
    const { ref, id } = await doomed();
    runner.engine.behaviour = die;
    await runner.run(id).catch(() => undefined);
    await target.owner.operation.update({
      where: { id },
      data: { status: "running", finishedAt: null, error: {}, leaseUntil: new Date(0) },
    });
    await runner.reap();
    backups.onDump = () => {
      throw new Error("the database is half gone");
    };
    runner.engine.behaviour = succeed;
    await runner.run(id);
    expect(await operationOf(id)).toMatchObject({ status: "succeeded" });
    expect(backups.dumped).toEqual([ref]);
    expect([await rows(), await files()]).toMatchObject([[{ operationId: id }], [`${id}.dump`]]);
  });

  it("that was cut off is begun anew, and nothing of it is left", async () => {
    const { ref, id } = await doomed();
    await mkdir(folder(), { recursive: true });
    await writeFile(join(folder(), `${id}.bak_old.partial`), "half");
    await writeFile(join(folder(), `${id}.dump`), "named, but its row never was");
    await runner.run(id);
    expect(await readFile(join(folder(), `${id}.dump`), "utf8")).toBe(`dump of ${ref}`);
    expect(await files()).toEqual([`${id}.dump`]);
    expect(backups.cleared).toEqual([id]);
  });

  it("ends when the destroy is cancelled", async () => {
    const { ref, id } = await doomed();
    backups.onTest = (_text, signal) =>
      new Promise((_, reject) => {
        // The cancel may have come before.
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    const running = runner.run(id);
    await sleepUntil(() => backups.dumped.length === 1, "the dump is there");
    await target.owner.operation.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
    await running;
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect(await projectOf(ref)).toMatchObject({ status: "ACTIVE_UNHEALTHY" });
    expect([runner.engine.calls, await rows(), await files()]).toEqual([[], [], []]);
  });

  it("stays when the destroy is cancelled later", async () => {
    const { id } = await doomed();
    runner.engine.behaviour = workUntilStopped;
    const running = runner.run(id);
    await sleepUntil(() => runner.engine.calls.length === 1, "the engine works");
    await target.owner.operation.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
    await running;
    expect(await operationOf(id)).toMatchObject({ status: "cancelled" });
    expect([await rows(), await files()]).toMatchObject([[{ operationId: id }], [`${id}.dump`]]);
  });
});

describe("what becomes of backups", () => {
  it("is that they are forgotten after their time, row and file", async () => {
    const [old, young] = [await doomed(), await doomedAgain()];
    await runner.run(old.id);
    await runner.run(young.id);
    await target.owner.backup.update({ where: { operationId: old.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await forgetBackups(runner.services)).toBe(1);
    expect([await rows(), await files()]).toMatchObject([[{ operationId: young.id }], [`${young.id}.dump`]]);
    expect(await forgetBackups(runner.services)).toBe(0);
  });

  it("is that nothing is left of those that nobody finishes, and nothing is taken from those that are on their way", async () => {
    const [done, running] = [await doomed(), await doomedAgain()];
    await runner.run(done.id);
    await target.owner.operation.update({ where: { id: running.id }, data: { status: "running" } });
    const mine = [`${running.id}.bak_x.partial`, `${running.id}.dump`];
    for (const name of [...mine, "op_gone.dump", "op_gone.bak_y.partial", `${done.id}.bak_z.partial`]) {
      await writeFile(join(folder(), name), "x");
    }
    await sweepBackups(runner.services);
    expect((await files()).sort()).toEqual([`${done.id}.dump`, ...mine].sort());
  });
});

/** Another one beside the first, whose name is taken until it is gone. */
async function doomedAgain() {
  const ref = await addProject(target.owner, { status: "GOING_DOWN" });
  await target.owner.tenant.create({ data: { ref, status: "active", config: {}, secrets: "sealed" } });
  return { ref, id: await addOperationRow(target.owner, ref, { kind: "destroy" }) };
}
