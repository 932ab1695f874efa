import { readdir, readFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { deletePatiently } from "../harness/killing.ts";
import { describeKills } from "../harness/killMatrix.ts";
import { adminToken, readStatus, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

/*
 * The Docker engine under a whole platform, killed. Runs on a machine of its own (`./supalove test` opens it): the engine
 * is this machine's only one, and had been killed once before the first `up`.
 */

const machine = process.env["SUPALOVE_OWN_MACHINE"];
if (!machine || !(await readFile("/proc/1/cmdline", "utf8")).includes(machine)) {
  throw new Error("this kills every container there is: run it by ./supalove test machine/");
}

const DOCKERD = /^(\S*\/)?dockerd /;
const ENGINE = /^(\S*\/)?(dockerd|containerd|containerd-shim\S*) /;

async function pidsOf(matches: (command: string) => boolean): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const commands = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")] as const),
  );
  return commands.filter(([, command]) => matches(command.replaceAll("\0", " "))).map(([pid]) => pid);
}

/** Kills the engine alone: its containers run on, though their published ports go with it. */
async function killEngine(): Promise<void> {
  const [pid] = await pidsOf((command) => DOCKERD.test(`${command} `));
  if (pid === undefined) throw new Error("there is no Docker engine to kill");
  process.kill(pid, "SIGKILL");
}

/** Kills the engine, its containerd, and everything in containers, as far as it is quick about it: a power cut. */
async function cutPower(): Promise<void> {
  const containers = await execa("docker", ["ps", "--quiet"]);
  const ids = containers.stdout.split("\n").filter((id) => id !== "");
  const first = await execa("docker", ["inspect", "-f", "{{.State.Pid}}", ...ids]);
  const engine = await pidsOf((command) => ENGINE.test(`${command} `));
  if (engine.length === 0) throw new Error("there is no Docker engine to kill");
  // A container that is just being restarted has the number 0.
  const inside = first.stdout.split("\n").map(Number);
  for (const pid of [...engine, ...inside.filter((number) => number > 0)]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went with another one.
    }
  }
}

/** What the operator does: the one command, which starts the engine and waits until the platform is healthy. */
async function up(): Promise<void> {
  const { exitCode, stdout, stderr } = await supalove("up");
  expect(exitCode, stdout + stderr).toBe(0);
}

/** A kill that the operator answers at once. */
const andUp = (kill: () => Promise<void>) => async () => {
  await kill();
  await up();
  return true;
};

/** A project's rows, once it answers: a dedicated one's containers start with the engine, and nobody waits for them. */
const kept = (project: LiveProject) =>
  sleepUntil(
    `the rows of a ${project.plan} project`,
    async () => (await client(project, project.serviceRoleKey).from("kept").select("id").order("id")).data ?? undefined,
    90,
  );

beforeAll(async () => {
  await up();
  await adminToken();
}, 300_000);

describe("a platform without its engine", () => {
  const projects: LiveProject[] = [];
  // Of a case that failed as well: the kills below count what there is.
  afterAll(async () => {
    for (const { ref } of projects) await deletePatiently(ref);
  });

  it("says what is missing and how to go on; one `up` brings everything back, after a power cut too", async () => {
    projects.push(await createProject("unwatched"));
    projects.push(await createProject("unwatched", { plan: "dedicated" }));
    for (const { ref } of projects) await sql(ref, "create table public.kept (id int)");
    // Rows that were answered for a moment ago are the ones that a power cut may cost.
    const written = [{ id: 1 }];
    // A dedicated project's REST service hears of a new table a moment after it was made; until then it reads from it, but
    // inserts nothing.
    for (const project of projects) {
      const table = client(project, project.serviceRoleKey).from("kept");
      await sleepUntil("the new table in REST", async () =>
        (await table.insert(written)).status === 201 ? true : undefined,
      );
    }
    for (const kill of [killEngine, cutPower]) {
      const next = { id: written.length + 1 };
      for (const project of projects) {
        expect((await client(project, project.serviceRoleKey).from("kept").insert(next)).error).toBeNull();
      }
      written.push(next);
      await kill();
      const status = await supalove("status");
      expect(status.exitCode).not.toBe(0);
      expect(status.stderr).toMatch(/the Docker engine does not answer/);
      expect(status.stderr).toMatch(/\.\/supalove (setup|up)/);
      await up();
      expect((await readStatus()).healthy).toBe(true);
      for (const project of projects) expect(await kept(project), project.plan).toEqual(written);
    }
  });
});

describeKills({ "Docker engine": andUp(killEngine), "power cut": andUp(cutPower) });
