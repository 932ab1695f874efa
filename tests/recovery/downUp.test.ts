import { randomBytes } from "node:crypto";
import { lstat, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { instance, platform, readStatus, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

/** A whole platform is brought up in some of these; on two busy cores that takes minutes. */
const PATIENCE_MS = 600_000;

const root = fileURLToPath(new URL("../../", import.meta.url));
const docker = async (...args: string[]) =>
  (await execa("docker", args)).stdout.split("\n").filter((line) => line !== "");
const labelled = (name: string) => ["--filter", `label=supalove.instance=${name}`];

describe("down and up", { timeout: PATIENCE_MS }, () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("down-up");
    await sql(project.ref, "create table public.kept (id int); insert into public.kept values (1)");
  });
  afterAll(() => deleteProject(project.ref));
  const rows = () => client(project, project.serviceRoleKey).from("kept").select("id");

  it("`down` stops everything and keeps all data, `up` brings it back", async () => {
    expect(await rows()).toMatchObject({ error: null, data: [{ id: 1 }] });
    const before = await docker("ps", "-aq", ...labelled(instance));
    const down = await supalove("down");
    expect(down.exitCode, down.stderr).toBe(0);
    expect(down.stdout).toMatch(/containers stopped, all data kept/);
    try {
      expect(await docker("ps", "-q", ...labelled(instance))).toEqual([]);
      expect((await readStatus()).healthy).toBe(false);
      expect((await supalove("down")).stdout).toContain("does not run");
      await expect(fetch(project.url)).rejects.toThrow();
      const token = await supalove("token");
      expect(token.exitCode).toBe(1);
      expect(token.stderr).toMatch(/does not run\n {2}next step: bring it up with \.\/supalove up/);
      // A preview changes nothing, so it starts nothing.
      const preview = await supalove("up", "--preview");
      expect(preview, preview.stderr).toMatchObject({ exitCode: 0, stdout: "no change" });
      expect(await docker("ps", "-q", ...labelled(instance))).toEqual([]);
    } finally {
      const up = await supalove("up");
      expect(up.exitCode, up.stderr).toBe(0);
      expect(up.stdout).toMatch(/no changes, \d+ containers started/);
    }
    expect((await docker("ps", "-aq", ...labelled(instance))).sort()).toEqual(before.sort());
    const after = await sleepUntil("the row", async () => {
      const answer = await rows();
      return answer.error === null ? answer.data : undefined;
    });
    expect(after).toEqual([{ id: 1 }]);
  });

  it("`destroy` without a terminal names what would be lost, and does nothing", async () => {
    const volumes = await docker("volume", "ls", "-q", ...labelled(instance));
    const refused = await supalove("destroy");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/[1-9]\d* shared projects with their databases/);
    for (const volume of volumes) expect(refused.stderr).toContain(volume);
    expect(refused.stderr).toMatch(/no terminal to type it\n {2}next step: give --yes-destroy-data/);
    expect(await docker("volume", "ls", "-q", ...labelled(instance))).toEqual(volumes);
    expect((await readStatus()).healthy).toBe(true);
  });
});

/* A whole platform beside the one under test, to lose parts of and to take away. */
describe("another instance", { timeout: PATIENCE_MS }, () => {
  const other = `t-${randomBytes(3).toString("hex")}`;
  const run = (...args: string[]) =>
    execa("./supalove", ["--instance", other, ...args], { cwd: root, reject: false, stdin: "ignore" });
  let env: Record<string, string>;
  beforeAll(async () => {
    const up = await run("up", "--no-install");
    expect(up.exitCode, up.stderr).toBe(0);
    env = JSON.parse((await run("env", "--json")).stdout) as Record<string, string>;
  }, PATIENCE_MS);
  afterAll(async () => {
    await run("destroy", "--yes-destroy-data");
  }, PATIENCE_MS);

  it("runs beside the first, on ports of its own", async () => {
    const status = JSON.parse((await run("status", "--json")).stdout) as { urls: { api: string } };
    expect(status.urls.api).not.toBe((await platform()).urls.api);
    expect((await readStatus()).healthy).toBe(true);
  });

  it("makes anew what was removed from Docker; `up --preview` and `drift` say so beforehand", async () => {
    await docker("stop", "--time", "30", ...(await docker("ps", "-q", ...labelled(other))));
    await docker("rm", "-v", `${other}-shared-db`, `${other}-prometheus`);
    await docker("volume", "rm", `${other}-prometheus-data`);
    await docker("network", "rm", `${other}-data`);
    for (const args of [["up", "--preview"], ["drift"]]) {
      const look = await run(...args);
      expect(look.exitCode, look.stderr).toBe(0);
      for (const what of [
        `a container will be started (${other}-shared-db)`,
        `a volume will be created (${other}-prometheus-data)`,
        `a network will be created (${other}-data)`,
      ]) {
        expect(look.stdout).toContain(`+ ${what}`);
      }
      expect(look.stdout).not.toContain("data is lost");
    }
    const up = await run("up");
    expect(up.exitCode, up.stderr).toBe(0);
    expect(up.stdout).toContain("is up and healthy");
    expect((await run("up", "--preview")).stdout).toBe("no change");
  });

  it("puts a container back on a network that it was taken off, also while it stood still", async () => {
    const container = `${other}-prometheus`;
    const networks = () =>
      docker("inspect", "-f", "{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}", container);
    const before = await networks();
    await docker("stop", container);
    await docker("network", "disconnect", `${other}-control`, container);
    expect((await run("up")).exitCode).toBe(0);
    expect(await networks()).toEqual(before);
  });

  it("is not brought up over a database volume that is gone", async () => {
    await docker("rm", "-f", `${other}-shared-db`);
    await docker("volume", "rm", `${other}-shared-db-data`);
    for (const args of [["up", "--preview"], ["up"]]) {
      const refused = await run(...args);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain(`the volume ${other}-shared-db-data is gone`);
      expect(refused.stderr).toMatch(/next step: restore it from a backup/);
    }
    expect(await docker("volume", "ls", "-q", "--filter", `name=${other}-shared-db-data`)).toEqual([]);
  });

  it("is taken away whole: no container, network, volume, process or file is left", async () => {
    const state = env["PULUMI_BACKEND_URL"] ?? "";
    const folder = dirname(state.replace("file://", ""));
    await expect(lstat(folder)).resolves.toBeDefined();
    const destroyed = await run("destroy", "--yes-destroy-data");
    expect(destroyed.exitCode, destroyed.stderr).toBe(0);
    expect(destroyed.stdout).toBe(`Instance ${other} is gone.`);

    expect(await docker("ps", "-aq", ...labelled(other))).toEqual([]);
    for (const kind of ["network", "volume"]) {
      expect(await docker(kind, "ls", "-q", ...labelled(other))).toEqual([]);
      expect(await docker(kind, "ls", "-q", "--filter", `name=${other}-`)).toEqual([]);
    }
    expect(await processesOf(state)).toEqual([]);
    await expect(lstat(folder)).rejects.toThrow("ENOENT");
    await expect(lstat(join(root, `Pulumi.${other}.yaml`))).rejects.toThrow("ENOENT");
    const workspaces = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "workspaces");
    for (const name of await readdir(workspaces)) {
      expect(await readFile(join(workspaces, name), "utf8")).not.toContain(state);
    }
    expect((await run("destroy")).stdout).toContain("There is nothing of an instance");
    expect((await readStatus()).healthy).toBe(true);
  });
});

/** Processes that have a state's address in their environment: the engine, its plugins, its language host. */
async function processesOf(state: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8");
      if (environment.includes(state))
        found.push((await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " "));
    } catch {
      // Ended in the meantime.
    }
  }
  return found;
}
