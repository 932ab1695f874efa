import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createdTogether, createProject, deleteProject, type LiveProject } from "../harness/api.ts";
import { adminToken, instance, platform } from "../harness/platform.ts";
import {
  containerIds,
  instanceFiles,
  platformSecrets,
  projectPulumi,
  projectStackSecrets,
  pulumi,
  read,
  type Secrets,
  secretsIn,
} from "../harness/secrets.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf } from "../harness/stack.ts";

/** Runs a program of the control database's container as its superuser. */
const inControlDatabase = (...command: string[]) =>
  read("docker", "exec", "-u", "postgres", `${instance}-control-db`, ...command);

/** An operation as its events tell it, to the end. */
async function events(operationId: string): Promise<string> {
  const { urls } = await platform();
  const headers = { authorization: `Bearer ${await adminToken()}` };
  return (await fetch(`${urls.api}/v1/operations/${operationId}/events`, { headers })).text();
}

const WISHES = [{ size: "small" }, { rotate_keys: { overlap_hours: 1 }, rotate_passwords: true }, { delete: true }];

/** A preview of a project as its answer is, once it is made. */
async function preview(ref: string, wish: object): Promise<string> {
  const started = await api<{ id: string }>(`/v1/projects/${ref}/previews`, { body: wish });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return sleepUntil("the preview", async () => {
    const { body } = await api<{ status: string }>(`/v1/previews/${started.body.id}`);
    if (["queued", "running"].includes(body.status)) return undefined;
    expect(body.status).toBe("ready");
    return JSON.stringify(body);
  });
}

describe("secrets at rest and in what people are shown", () => {
  const importedPassword = randomBytes(18).toString("base64url");
  const importedJwtSecret = randomBytes(36).toString("base64url");
  let generated: LiveProject;
  let imported: LiveProject;
  let dedicated: LiveProject;
  const projects = () => [generated, imported, dedicated];
  /** What people were shown of each project before anything was done. */
  let previews: readonly string[];
  let ofPlatform: Secrets;
  let ofProjects: Secrets;
  let all: Secrets;

  beforeAll(async () => {
    [generated, imported, dedicated] = await createdTogether([
      createProject("secrets"),
      createProject("imported", { db_pass: importedPassword, jwt_secret: importedJwtSecret }),
      createProject("stacked", { plan: "dedicated", publish_database: true }),
    ]);
    const shown: string[] = [];
    for (const { ref } of projects()) for (const wish of WISHES) shown.push(await preview(ref, wish));
    previews = shown;
    ofPlatform = await platformSecrets();
    const found = new Map([
      ["imported password", importedPassword],
      ["imported JWT secret", importedJwtSecret],
    ]);
    for (const { ref, name, anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret } of projects()) {
      const shown = { anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret };
      for (const [key, secret] of Object.entries(shown)) found.set(`${name} ${key}`, secret);
      for (const [key, secret] of await projectStackSecrets(ref)) found.set(`${name} ${key}`, secret);
    }
    ofProjects = found;
    all = new Map([...ofPlatform, ...ofProjects]);
  });
  afterAll(() => Promise.all(projects().map((project) => project && deleteProject(project.ref, { seconds: 120 }))));

  it("knows them, or nothing below could fail", () => {
    const names = [...all.keys()].join("\n");
    for (const known of [
      /passphrase$/m,
      /keyring-master\.json\.keys/,
      /superuser of control-db/,
      /superuser of shared-db/,
      /-runner PULUMI_BACKEND_URL \(password\)/,
      /-runner DEFAULT_CLUSTER\.password/,
      /-gateway REGISTRY_URL \(password\)/,
      /-api DATA_PLANE_TOKEN/,
      /-keycloak KC_BOOTSTRAP_ADMIN_CLIENT_SECRET/,
      /base stack .*result/,
      /secrets-.* output passwords\.owner/,
      /secrets-.* output passwords\.storageAdmin/,
      /secrets-.* project stack .*result/,
      /stacked-.* output passwords\.owner/,
    ]) {
      expect(names).toMatch(known);
    }
    expect([...all.values()].filter((secret) => secret === "")).toEqual([]);
    expect(secretsIn(`... ${Buffer.from(importedPassword).toString("base64")} ...`, all)).toContain(
      "imported password",
    );
  });

  it("are long, and no two are the same", () => {
    const { anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret } = generated;
    expect(jwtSecret).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(publishableKey).toMatch(/^sb_publishable_[A-Za-z0-9]{22}_[\w-]{8}$/);
    expect(secretKey).toMatch(/^sb_secret_[A-Za-z0-9]{22}_[\w-]{8}$/);
    const passwords = [...ofProjects].filter(([name]) => name.startsWith(`${generated.name} output passwords.`));
    expect(passwords).toHaveLength(4);
    for (const [name, password] of passwords) expect(/^[A-Za-z0-9]{32}$/.test(password), name).toBe(true);
    const drawn = [anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret, ...passwords.map(([, text]) => text)];
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(new Set([publishableKey, secretKey].map((key) => key.split("_")[2])).size).toBe(2);
  });

  it("are in no other file of the instance's folder, the base stack's state among them", async () => {
    const files = await instanceFiles();
    const state = [...files].find(([path]) => path.endsWith(`/stacks/supalove/${instance}.json`))?.[1] ?? "";
    expect(state.includes("pulumi:providers:random")).toBe(true);
    for (const [path, content] of files) expect(secretsIn(content, all), path).toEqual([]);
  });

  it("are in no row of the project stacks' states", async () => {
    // The engine keeps each of its files in base64.
    const query = "select key, convert_from(decode(data->>'data', 'base64'), 'UTF8') from pulumi_state";
    const rows = await inControlDatabase("psql", "-U", "supabase_admin", "-d", "pulumi", "-Atc", query);
    for (const { ref } of [generated, imported]) expect(rows.includes(`"db_${ref}"`)).toBe(true);
    expect(rows.includes(containerOf(dedicated.ref, "db"))).toBe(true);
    expect(rows.includes("ciphertext")).toBe(true);
    expect(secretsIn(rows, all)).toEqual([]);
  });

  it("are in no file that the engine leaves in the runner", async () => {
    const find = "find /tmp/supalove-stacks /opt/pulumi/logs /opt/pulumi/workspaces -type f -not -path '*cache*'";
    const files = await read("docker", "exec", `${instance}-runner`, "sh", "-c", `${find} -print -exec cat {} +`);
    for (const { ref } of projects()) expect(files.includes(ref)).toBe(true);
    expect(secretsIn(files, all)).toEqual([]);
  });

  it("are sealed in the platform's own database", async () => {
    const rows = await inControlDatabase("pg_dump", "-U", "supabase_admin", "--inserts", "supalove");
    for (const { ref } of projects()) expect(rows.includes(ref)).toBe(true);
    expect(secretsIn(rows, all)).toEqual([]);
  });

  it.each([
    ["preview of an update", ["preview", "--diff", "--refresh", "--show-sames"]],
    ["preview for programs", ["preview", "--json", "--show-sames"]],
    ["preview of the end", ["destroy", "--preview-only", "--diff"]],
    ["export", ["stack", "export"]],
    ["outputs", ["stack", "output", "--json"]],
    ["list of resources", ["stack", "--show-ids", "--show-urns"]],
  ])("are hidden in the base stack's %s", async (_, args) => {
    const shown = await pulumi(...args);
    expect(shown.includes("admin")).toBe(true);
    expect(secretsIn(shown, all)).toEqual([]);
  });

  it("are hidden in a project stack's export, outputs and list of resources", async () => {
    for (const { ref } of projects()) {
      for (const args of [["export"], ["output", "--json"], ["--show-ids", "--show-urns"]]) {
        const shown = await projectPulumi(ref, ...args);
        expect(shown.includes(ref), args.join(" ")).toBe(true);
        expect(secretsIn(shown, all), args.join(" ")).toEqual([]);
      }
    }
  });

  it("are in no operation and none of its events", async () => {
    for (const { ref } of projects()) {
      const { body } = await api<{ id: string }[]>(`/v1/operations?project_ref=${ref}`);
      expect(body.length).toBeGreaterThan(WISHES.length);
      expect(secretsIn(JSON.stringify(body), all)).toEqual([]);
      let told = "";
      for (const { id } of body) told += await events(id);
      // Of the creation: the keys are among what it tells of.
      expect(told.includes("keys-opaque")).toBe(true);
      expect(secretsIn(told, all)).toEqual([]);
    }
  });

  it("are in no preview of a change, a rotation or the end", () => {
    expect(previews).toHaveLength(projects().length * WISHES.length);
    for (const shown of previews) expect(secretsIn(shown, all)).toEqual([]);
  });

  it("are in no container's log, label, name, arguments or process list", async () => {
    const ids = await containerIds();
    expect(ids.length).toBeGreaterThan(4);
    for (const id of ids) {
      const [inspected] = JSON.parse(await read("docker", "inspect", id)) as [
        { Name: string; Config: Record<string, unknown> },
      ];
      const { Env: _, ...config } = inspected.Config;
      const outside = JSON.stringify({ ...inspected, Config: config });
      expect(secretsIn(outside, all), inspected.Name).toEqual([]);
      expect(secretsIn(await read("docker", "logs", id), all), `log of ${inspected.Name}`).toEqual([]);
      expect(secretsIn(await read("docker", "top", id, "-eo", "pid,args"), all), inspected.Name).toEqual([]);
    }
  });

  it("go with their project: nothing of its state is left", async () => {
    const count = (ref: string) =>
      inControlDatabase(
        ...["psql", "-U", "supabase_admin", "-d", "pulumi", "-Atc"],
        `select count(*) from pulumi_state where key like '%${ref}%'`,
      );
    expect(Number(await count(imported.ref))).toBeGreaterThan(0);
    await deleteProject(imported.ref);
    expect(await count(imported.ref)).toBe("0");
    expect(Number(await count(generated.ref))).toBeGreaterThan(0);
  });

  it("are in no network, no volume, and no layer of an image", async () => {
    const filter = ["--filter", `label=supalove.instance=${instance}`];
    for (const kind of ["network", "volume"]) {
      const names = (await read("docker", kind, "ls", "-q", ...filter)).split("\n").filter((name) => name !== "");
      expect(names.length, kind).toBeGreaterThan(0);
      expect(secretsIn(await read("docker", kind, "inspect", ...names), all), kind).toEqual([]);
    }
    const images = (await read("docker", "inspect", "--format", "{{.Image}}", ...(await containerIds()))).split("\n");
    for (const image of new Set(images)) {
      const history = await read("docker", "history", "--no-trunc", image);
      expect(history.includes("sha256:")).toBe(true);
      expect(secretsIn(`${history}\n${await read("docker", "image", "inspect", image)}`, all)).toEqual([]);
    }
  });
});
