import { readdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, type Project } from "../harness/api.ts";
import { adminToken, instance, platform, settingsFile, supalove, withSettings } from "../harness/platform.ts";

interface Outcome {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A refusal that a person can work with: one sentence, what to do next, nothing of the inside, no result. */
function expectRefusal({ exitCode, stdout, stderr }: Outcome, what: string) {
  expect(exitCode, `${what}: ${stdout}`).toBeGreaterThan(0);
  const lines = stderr.split("\n").filter((line) => line !== "");
  expect(lines[0], what).toMatch(/^(supalove|error|no bench named [^:]*): ?/);
  expect(stderr, what).not.toMatch(/unexpected error|\n\s+at .*:\d+:\d+|node:internal|ZodError/);
  expect(stderr, what).toMatch(/next step: \S|run it with --help|Did you mean|there are: /);
  expect(lines.length, `${what}: ${stderr}`).toBeLessThanOrEqual(3);
  expect(stdout, what).toBe("");
}

const LONG = "x".repeat(10_000);
const SHELL = "a'b\"; touch /tmp/pwned; $(id) `id`";

/** Every command with each of its flags and arguments, and what is wrong with them. */
const WRONG: readonly (readonly [command: string, wrong: readonly (readonly string[])[]])[] = [
  ["setup", [["extra"]]],
  [
    "up",
    [
      ["--preview", "extra"],
      ["--preview=yes"],
      ["--preview", "--all"],
      ["--digest", ""],
      ["--digest", SHELL],
      ["--digest", `sha256:${"0".repeat(64)}`, "--preview"],
      ["--confirm", instance],
    ],
  ],
  ["down", [["--all"]]],
  ["destroy", [["--yes-destroy-data=no"], ["extra"]]],
  ["status", [["--json=1"], ["extra"]]],
  [
    "logs",
    [["nothing"], [""], ["../api"], [LONG], ["--tail", ""], ["--tail", "-1"], ["--tail", "1e3"], ["--tail", "💥"]],
  ],
  [
    "token",
    [
      ["--ttl", ""],
      ["--ttl", "24"],
      ["--ttl", "forever"],
      ["--ttl", "9".repeat(30)],
      ["--name", ""],
      ["--name", LONG],
    ],
  ],
  ["env", [["--jsonn"]]],
  ["doctor", [["everything"]]],
  [
    "projects create",
    [
      [],
      [""],
      ["   "],
      ["a\u0007b"],
      [LONG],
      ["ok", "--plan", ""],
      ["ok", "--plan", "Shared"],
      ["ok", "--size", "galactic"],
      ["ok", "--size", SHELL],
      ["ok", "--extension", ""],
      ["ok", "--extension", 'x"; drop database postgres; --'],
      ["ok", "--extension", "no_such_thing"],
      ["ok", "--service", "rest"],
      ["ok", "--plan", "dedicated", "--service", "auth"],
      ["ok", "--plan", "dedicated", "--setting", "work_mem"],
      ["ok", "--plan", "dedicated", "--setting", `work_mem=${SHELL}`],
      ["ok", "--plan", "dedicated", "--setting", "shared_preload_libraries=x"],
      ["ok", "--plan", "dedicated", "--route", "/billing"],
      ["ok", "--plan", "dedicated", "--route", "/rest=http://a:1"],
      ["ok", "--plan", "dedicated", "--route", `/billing=${SHELL}`],
    ],
  ],
  ["projects list", [["--json", "extra"]]],
  ["projects show", [[], [""], ["."], [".."], ["nope"], ["../organizations"], ["名前"], [SHELL], [LONG]]],
  [
    "projects upgrade",
    [
      [],
      [""],
      [".."],
      ["nope", "--service", "rest"],
      ["nope", "--service", "rest="],
      ["nope", "--service", "auth=1"],
      ["nope", "--service", "rest=1", "rest=2"],
      ["nope", "--service", `rest=${SHELL}`],
      ["nope", "--service", "rest=1"],
      [LONG],
    ],
  ],
  ["images list", [["--json", "extra"]]],
  [
    "images add",
    [
      [],
      ["rest"],
      ["rest", "1"],
      ["auth", "1", "a/b:1"],
      ["rest", "", "a/b:1"],
      ["rest", SHELL, "a/b:1"],
      ["rest", "1", ""],
      ["rest", "1", SHELL],
      ["rest", "1", "UPPER/case:1"],
      ["rest", "1", "127.0.0.1:9/no/such:1"],
      ["rest", "1", "a/b:1", "extra"],
      ["rest", "1", "a/b:1", "--note", LONG],
      ["rest", "1", "a/b:1", "--note", "a\u0007b"],
    ],
  ],
  [
    "images withdraw",
    [[], ["rest"], ["auth", "1"], ["rest", ""], ["rest", SHELL], ["rest", "no-such-version"], ["rest", LONG]],
  ],
  [
    "backups list",
    [
      ["--json", "extra"],
      ["--project", ".."],
      ["--project", SHELL],
    ],
  ],
  [
    "backups get",
    [
      [],
      ["bak_nothing"],
      ["", "--output", "/nowhere/x"],
      ["..", "--output", "/nowhere/x"],
      [SHELL, "--output", "/nowhere/x"],
      [`bak_${"z".repeat(24)}`, "--output", "/nowhere/x"],
    ],
  ],
  ["projects delete", [[], [""], ["..", "--yes"], ["nope", "--yes"], [SHELL, "--yes"], ["z".repeat(20), "--yes"]]],
  [
    "projects update",
    [
      [],
      ["", "--name", "x"],
      ["..", "--name", "x"],
      ["z".repeat(20)],
      ["z".repeat(20), "--name", ""],
      ["z".repeat(20), "--name", LONG],
      ["z".repeat(20), "--size", "galactic"],
      ["z".repeat(20), "--extensions", SHELL],
    ],
  ],
  [
    "projects preview",
    [
      [],
      [""],
      [".."],
      ["nope"],
      [SHELL],
      ["--create", ""],
      ["--create", LONG],
      ["--create", "ok", "--plan", "platinum"],
      ["--create", "ok", "--size", ""],
      ["--create", "ok", "--extension", SHELL],
      ["z".repeat(20), "--no-backup"],
      ["z".repeat(20), "--rotate-keys", "soon"],
      ["z".repeat(20), "--rotate-keys", "--end-overlap"],
    ],
  ],
  [
    "projects approve",
    [
      [],
      [""],
      [".."],
      ["prv_nothing"],
      [SHELL],
      ["prv_nothing", "--digest", ""],
      ["prv_nothing", "--digest", LONG],
      ["prv_nothing", "--digest", SHELL, "--withdraw"],
      ["prv_nothing", "--withdraw", "extra"],
    ],
  ],
  ["organizations list", [["extra"], ["--json=1"]]],
  ["organizations show", [[], [""], [".."], ["no-such-organization"], [SHELL], [LONG], ["Default"]]],
  [
    "organizations policy",
    [
      [],
      ["default"],
      ["default", ""],
      ["default", "sometimes"],
      ["default", SHELL],
      ["no-such-organization", "none"],
      ["..", "none"],
    ],
  ],
  ["members list", [[], [""], [".."], ["no-such-organization"], [SHELL]]],
  [
    "members add",
    [
      [],
      ["default"],
      ["default", ""],
      ["default", "nobody"],
      ["default", "nobody@example.com"],
      ["default", SHELL],
      ["default", `${LONG}@example.com`],
      ["default", "nobody@example.com", "--role", "king"],
      ["..", "nobody@example.com"],
    ],
  ],
  [
    "members role",
    [
      [],
      ["default"],
      ["default", "nobody@example.com"],
      ["default", "nobody@example.com", "king"],
      ["default", SHELL, "owner"],
      ["no-such-organization", "nobody@example.com", "owner"],
    ],
  ],
  ["members remove", [[], ["default"], ["default", ""], ["default", SHELL], ["default", "nobody"], ["..", "nobody"]]],
  [
    "projects rotate-keys",
    [
      [],
      [""],
      [".."],
      [SHELL],
      ["z".repeat(20), "--yes"],
      ["z".repeat(20), "--overlap", ""],
      ["z".repeat(20), "--overlap", "24"],
      ["z".repeat(20), "--overlap", "31d"],
      ["z".repeat(20), "--overlap", SHELL],
    ],
  ],
  ["projects end-overlap", [[], [""], [".."], ["nope"], [SHELL], ["z".repeat(20), "--yes"]]],
  ["projects rotate-passwords", [[], [""], [".."], ["nope"], [SHELL], ["z".repeat(20), "--yes"]]],
  ["projects apply", [[], [""], [".."], ["prv_nothing"], [SHELL], ["💥", "--confirm", SHELL]]],
  ["projects pause", [[], [""], [".."], ["nope"], [SHELL], ["z".repeat(20), "--now"]]],
  ["projects restore", [[], [""], [".."], ["nope"], [SHELL], ["z".repeat(20), "extra"]]],
  [
    "projects restart",
    [
      [],
      [""],
      ["nope"],
      ["..", "rest"],
      ["z".repeat(20), SHELL],
      ["z".repeat(20), "rest"],
      ["z".repeat(20), "rest", "x"],
    ],
  ],
  [
    "projects drift",
    [
      [],
      [""],
      [".."],
      ["nope"],
      [SHELL],
      ["z".repeat(20), "--repair", "--accept"],
      ["z".repeat(20), "--digest", "x"],
      ["z".repeat(20), "--accept", "--digest", SHELL],
    ],
  ],
  [
    "drift",
    [
      ["extra"],
      ["--accept", "--last"],
      ["--last", "--every", "1"],
      ["--digest", "x"],
      ["--accept", "--digest", SHELL],
      ["--every", ""],
      ["--every", "0"],
      ["--every", "1e9"],
    ],
  ],
  [
    "operations list",
    [
      ["--project", ""],
      ["--project", "../.."],
      ["--status", "done"],
      ["--status", ""],
    ],
  ],
  ["operations show", [[], [""], [".."], ["op_nothing"], [SHELL], ["💥"]]],
  ["operations watch", [[], [".."], ["op_nothing"]]],
  ["operations cancel", [[], [""], [".."], ["op_nothing"], [SHELL]]],
  ["bench", [["nothing"], ["create", "--out", "/nowhere/at/all.md"]]],
  ["test", [["no-file-has-this-word"], ["cli/src", "no-file-has-this-word"]]],
];

const root = new URL("../../", import.meta.url);
const withEnv = (env: Record<string, string>, ...args: string[]) =>
  execa("./supalove", ["--instance", instance, ...args], { cwd: root, env, reject: false, stdin: "ignore" });

const refs = async () => (await api<Project[]>("/v1/projects")).body.map(({ ref }) => ref).sort();
/** What has come to be beside instances, which others may make and take away meanwhile. */
const strays = async () =>
  (await readdir(join(homedir(), ".supalove"))).filter((name) => !/^[a-z][a-z0-9-]{0,19}$/.test(name));

describe("wrong input", () => {
  it.each(WRONG)("of `%s` is refused in one sentence, with a next step, and does nothing", async (command, wrong) => {
    const before = [await refs(), await strays()];
    const nameless = ["--instance", "../../etc"];
    // One token for all: else each call would make its own.
    const env = { SUPALOVE_ACCESS_TOKEN: await adminToken() };
    for (const args of [...wrong, ["--no-such-flag"], nameless]) {
      const what = `${command} ${JSON.stringify(args).slice(0, 100)}`;
      expectRefusal(await withEnv(env, ...command.split(" "), ...args), what);
    }
    expect([await refs(), await strays()]).toEqual(before);
  });

  it.each(["", " ", "Upper", "with blank", "ünïcode", "1st", SHELL, LONG, "-"])("of --instance: %s", async (name) => {
    const before = await strays();
    expectRefusal(await supalove("status", `--instance=${name}`), name.slice(0, 50));
    expect(await strays()).toEqual(before);
  });

  it("covers every command that there is", async () => {
    const leaves: string[] = [];
    const collect = async (path: string[]) => {
      const { stdout } = await supalove(...path, "--help");
      const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)(?: \[[^\]]*\]| <[^>]*>)* {2,}\S/gm)]
        .map(([, name = ""]) => name)
        .filter((name) => name !== "help" && stdout.indexOf("Commands:") < stdout.indexOf(`\n  ${name}`));
      if (!stdout.includes("Commands:")) leaves.push(path.join(" "));
      else for (const name of commands) await collect([...path, name]);
    };
    await collect([]);
    expect(leaves.sort()).toEqual(WRONG.map(([command]) => command).sort());
  });
});

describe("commands", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("commands");
  });
  afterAll(() => deleteProject(project.ref));

  it("setup has nothing to do, and says so", async () => {
    const setup = await supalove("setup", "--no-install");
    expect(setup).toMatchObject({ exitCode: 0, stdout: "Everything is set up, nothing to do.", stderr: "" });
  });

  it("up --preview shows no change of a platform that is up", async () => {
    const preview = await supalove("up", "--preview");
    expect(preview).toMatchObject({ exitCode: 0, stdout: "no change" });
  });

  it("logs shows one part, or all behind their names", async () => {
    const one = await supalove("logs", "api", "--tail", "3");
    expect(one.exitCode).toBe(0);
    expect(one.stdout.split("\n")).toHaveLength(3);
    for (const line of one.stdout.split("\n")) expect(JSON.parse(line)).toHaveProperty("service", "api");
    const all = await supalove("logs", "--tail", "1");
    const names = new Set(all.stdout.split("\n").map((line) => line.split("  ")[0]));
    for (const name of ["api", "gateway", "keycloak", "shared-db"]) expect([...names]).toContain(name);
  });

  it("logs -f goes on with new lines, and ends in order with its reader", async () => {
    const following = supalove("logs", "api", "-f", "--tail", "0");
    const path = `/v1/projects/${"q".repeat(20)}`;
    const asking = setInterval(() => void api(path), 500);
    try {
      for await (const line of following.iterable()) if (line.includes(path)) break;
    } finally {
      clearInterval(asking);
    }
    const { exitCode, signal } = await following;
    expect([exitCode, signal]).not.toContain(70);
  });

  it("doctor finds everything of a platform that runs, and says which images it has", async () => {
    const doctor = await supalove("doctor", "--json");
    expect(doctor.exitCode).toBe(0);
    const findings = JSON.parse(doctor.stdout) as { name: string; state: string; detail: string }[];
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(findings.find(({ name }) => name === "image set")?.detail).toMatch(
      /^(local|upstream), as supalove:imageSet/,
    );
    const status = JSON.parse((await supalove("status", "--json")).stdout) as { image_set: string };
    expect(["local", "upstream"]).toContain(status.image_set);
    const table = await supalove("doctor");
    expect(table.stdout.split("\n")).toHaveLength(findings.length);
  });

  it("env prints the same for a shell and as JSON", async () => {
    const json = JSON.parse((await supalove("env", "--json")).stdout) as Record<string, string>;
    expect(json).toMatchObject({ PULUMI_STACK: instance, SUPALOVE_INSTANCE: instance });
    const shell = await execa("sh", ["-c", `${(await supalove("env")).stdout}\nenv`]);
    for (const [name, value] of Object.entries(json)) expect(shell.stdout).toContain(`${name}=${value}`);
    const missing = await supalove("env", "--instance", "not-there");
    expectRefusal(missing, "env of no instance");
  });

  it("operations lists, shows, follows and cancels", async () => {
    const list = await supalove("operations", "list", "--project", project.ref, "--json");
    const [made] = JSON.parse(list.stdout) as { id: string; kind: string; status: string }[];
    expect(made).toMatchObject({ kind: "up", status: "succeeded" });
    const id = made?.id ?? "";
    const filtered = await supalove("operations", "list", "--project", project.ref, "--status", "failed");
    expect(filtered).toMatchObject({ exitCode: 0, stdout: "" });
    const shown = await supalove("operations", "show", id);
    expect(shown.stdout).toMatch(new RegExp(`^id +${id}$`, "m"));
    expect(shown.stdout).toMatch(/^status +succeeded$/m);
    expect(JSON.parse((await supalove("operations", "show", id, "--json")).stdout)).toMatchObject({ id });
    const watched = await supalove("operations", "watch", id);
    expect(watched.exitCode, watched.stderr).toBe(0);
    expect(watched.stdout).toMatch(/succeeded$/);
    const late = await supalove("operations", "cancel", id);
    expectRefusal(late, "cancelling what has ended");

    const pausing = await api<{ operation_id: string }>(`/v1/projects/${project.ref}/pause`, { method: "POST" });
    const cancelled = await supalove("operations", "cancel", pausing.body.operation_id);
    if (cancelled.exitCode === 0) expect(cancelled.stdout).toContain(pausing.body.operation_id);
    else expectRefusal(cancelled, "cancelling what was quicker");
    const end = await supalove("operations", "watch", pausing.body.operation_id);
    if (end.exitCode !== 0) expectRefusal({ ...end, stdout: "" }, "watching what was cancelled");
  });

  it("leaves no token behind: those of its own runs end with them", async () => {
    const names = async () => (await api<{ name: string }[]>("/v1/access-tokens")).body.map(({ name }) => name);
    await supalove("projects", "list");
    await supalove("operations", "show", "op_nothing");
    expect((await names()).filter((name) => name.startsWith("supalove command line"))).toEqual([]);
    const token = await supalove("token", "--ttl", "60s", "--name", "kept until it expires");
    expect(token.stdout).toMatch(/^sbp_[0-9a-f]{40}$/);
    expect(await names()).toContain("kept until it expires");
  });

  it("takes a token of one's own, and says so when it is not accepted", async () => {
    const env = { SUPALOVE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` };
    const refused = await withEnv(env, "projects", "list");
    expectRefusal(refused, "a wrong token");
    expect(refused.stderr).toContain("SUPALOVE_ACCESS_TOKEN");
  });
});

describe("what goes wrong on the machine", () => {
  let file: string;
  let kept: string;
  beforeAll(async () => {
    file = await settingsFile();
    kept = await readFile(file, "utf8");
  });
  afterEach(() => writeFile(file, kept));
  const addSetting = (line: string) => writeFile(file, withSettings(kept, line));

  it("a Docker engine that does not answer", async () => {
    const env = { DOCKER_HOST: "unix:///tmp/no-engine-here.sock" };
    for (const command of [["status"], ["logs"], ["token"], ["down"], ["up"], ["up", "--preview"], ["setup"]]) {
      const dead = await withEnv(env, ...command);
      expectRefusal(dead, command.join(" "));
      expect(dead.stderr, command.join(" ")).toMatch(/Docker engine.* does not answer/);
    }
    const doctor = await withEnv(env, "doctor");
    expect(doctor.exitCode).toBe(1);
    expect(doctor.stdout).toMatch(/problem +Docker engine .*next step: start it, or unset DOCKER_HOST/);
  });

  it.each([
    ["supalove:portbase: 21000", /portbase is no setting of this version; did you mean supalove:portBase/],
    ["supalove:bindAddress: everywhere", /supalove:bindAddress .* is wrong: not an IP address/],
    ["supalove:bindAddress: 0.0.0.0", /supalove:bindAddress: another address than loopback/],
    ["supalove:signUp: perhaps", /supalove:signUp/],
    [`supalove:imageOverrides: '{"postgres":"other/postgres:1"}'`, /supalove:imageOverrides .*guard/],
    ["  : [", /is not valid YAML in line \d+/],
  ])("a configuration with %s", async (line, sentence) => {
    await addSetting(line);
    const up = await supalove("up");
    expectRefusal({ ...up, stdout: "" }, line);
    expect(up.stderr).toMatch(sentence);
  });

  it("plain pulumi refuses a mistyped setting too", async () => {
    await addSetting("supalove:portbase: 21000");
    const script = `eval "$(./supalove --instance ${instance} env)" && pulumi preview --non-interactive`;
    const preview = await execa("sh", ["-c", script], { cwd: root, reject: false });
    expect(preview.exitCode).not.toBe(0);
    expect(preview.stdout + preview.stderr).toContain("did you mean supalove:portBase?");
  });

  it("an image that is missing: named, nothing replaced, and right again without it", async () => {
    await addSetting(`supalove:imageOverrides: '{"gateway":"supalove/gateway:not-there"}'`);
    const up = await supalove("up");
    expect(up.exitCode).toBe(1);
    expect(up.stderr).toMatch(/the container image \S*supalove\/gateway\S* is missing\n {2}next step: /);
    const { urls } = await platform();
    expect((await fetch(`${urls.gateway}/projects/${"z".repeat(20)}/rest/v1/`)).status).toBe(404);
    await writeFile(file, kept);
    const again = await supalove("up");
    expect(again.exitCode, again.stderr).toBe(0);
  });
});
