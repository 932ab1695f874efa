import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, type Project, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { signUp, type Tokens } from "../harness/keycloakLogin.ts";
import { ended, healthy, patiently } from "../harness/killing.ts";
import { ended as operationEnded } from "../harness/operations.ts";
import { instance, platform, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, docker } from "../harness/stack.ts";
import { VICTIMS } from "../harness/victims.ts";

/* Versions made for this run, of the images that are here: good ones, one that ends at once, one that never gets well. */

type Service = "db" | "rest" | "meta" | "gateway";

interface Stack {
  readonly images: Readonly<Record<Service, string>>;
  readonly versions: Readonly<Record<Service, string | null>>;
  readonly newer: Readonly<Partial<Record<Service, string>>>;
}

const mark = randomBytes(4).toString("hex");
const reference = (service: Service, version: string) => `test-${mark}/${service}:${version}`;
const made: string[] = [];
let project: LiveProject;
let release: Stack;
let stranger: Tokens;

const stackOf = async (ref = project.ref) =>
  (await api<{ stack: Stack; status: string }>(`/v1/projects/${ref}`)).body.stack;
const statusOf = async () => (await api<Project>(`/v1/projects/${project.ref}`)).body.status;
const versionsOf = async () => (await stackOf()).versions;
const notes = async () => (await client(project, project.serviceRoleKey).from("notes").select("body")).data;
const startedAt = (service: Service) =>
  docker("inspect", containerOf(project.ref, service), "--format", "{{.State.StartedAt}}");
const imageOf = (service: Service) => docker("inspect", containerOf(project.ref, service), "--format", "{{.Image}}");
const idOf = (image: string) => docker("image", "inspect", image, "--format", "{{.Id}}");

/** Makes an image of a service from the one that the project runs, and offers it. */
async function version(service: Service, name: string, ...lines: string[]): Promise<string> {
  const tag = reference(service, name);
  const input = [`FROM ${release.images[service]}`, `LABEL test.mark=${mark}-${name}`, ...lines, ""].join("\n");
  await execa("docker", ["build", "--tag", tag, "-"], { input });
  made.push(tag);
  const full = `${name}-${mark}`;
  const added = await supalove("images", "add", service, full, tag, "--note", "of a test");
  expect(added, added.stderr).toMatchObject({ exitCode: 0 });
  return full;
}

const ask = (images: Record<string, string>) =>
  patiently<{ operation_id: string }>(`/v1/projects/${project.ref}`, { method: "PATCH", body: { images } });

async function upgraded(images: Record<string, string>) {
  const { status, body } = await ask(images);
  expect(status, JSON.stringify(body)).toBe(200);
  return operationEnded(body.operation_id, 300);
}

async function expectNoDrift(): Promise<void> {
  const started = await api<{ operation_id: string }>(`/v1/projects/${project.ref}/drift`, { method: "POST" });
  expect(await operationEnded(started.body.operation_id)).toMatchObject({ status: "succeeded" });
  expect((await api(`/v1/projects/${project.ref}/drift`)).body).toMatchObject({ drifted: false, changes: [] });
}

/** Everything is as it was before the upgrade that came to nothing. */
async function expectAsBefore(versions: unknown): Promise<void> {
  expect([await statusOf(), await versionsOf()]).toEqual(["ACTIVE_HEALTHY", versions]);
  expect(await notes()).toEqual([{ body: "kept" }]);
}

beforeAll(async () => {
  const { urls } = await platform();
  const account = { username: `stranger-${mark}`, password: "a stranger's password", email: `s-${mark}@example.com` };
  stranger = await signUp({ issuer: `${urls.keycloak}/realms/supalove` }, account);
  project = await createProject("upgrade", { plan: "dedicated" });
  await sql(project.ref, "create table public.notes (body text); insert into public.notes values ('kept')");
  release = await sleepUntil(
    "the images of this release to have names",
    async () => {
      const stack = await stackOf();
      return Object.values(stack.versions).includes(null) ? undefined : stack;
    },
    90,
  );
}, 240_000);

afterAll(async () => {
  if (project !== undefined) await deleteProject(project.ref, { seconds: 120 });
  const list = await supalove("images", "list", "--json");
  const offered = JSON.parse(list.stdout) as { service: string; version: string; withdrawn_at: string | null }[];
  for (const each of offered.filter(({ version: name }) => name.endsWith(mark))) {
    await supalove("images", "withdraw", each.service, each.version);
  }
  await execa("docker", ["rmi", "--force", ...made], { reject: false });
}, 240_000);

describe("the versions of a dedicated project", { timeout: 600_000 }, () => {
  it("have names that tell what they are, and there is nothing newer than this release", async () => {
    expect(release.versions.db).toMatch(/^15\.\d+/);
    expect(release.newer).toEqual({});
    const nothing = await supalove("projects", "upgrade", project.ref, "--yes");
    expect(nothing).toMatchObject({ exitCode: 0 });
    expect(nothing.stderr).toContain("There is nothing to upgrade");
  });

  it("change one at a time: REST, with all rows, while the database goes on", async () => {
    const rest = await version("rest", "good");
    const { body } = await api<{ service: string; offered: { version: string; newer: boolean }[] }[]>(
      `/v1/projects/${project.ref}/versions`,
    );
    expect(body.find(({ service }) => service === "rest")?.offered).toContainEqual(
      expect.objectContaining({ version: rest, newer: true, note: "of a test" }),
    );
    const before = [await startedAt("db"), await startedAt("gateway")];
    const shown = await supalove("projects", "upgrade", project.ref, "--service", `rest=${rest}`, "--yes", "--json");
    expect(shown, shown.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: "ACTIVE_HEALTHY", stack: { versions: { rest } } });
    expect(await imageOf("rest")).toBe(await idOf(reference("rest", "good")));
    expect([await startedAt("db"), await startedAt("gateway")]).toEqual(before);
    await expectAsBefore({ ...release.versions, rest });
    await expectNoDrift();
  });

  it("are looked at first in plain words, and Postgres takes a tested backup before it changes", async () => {
    const db = await version("db", "good");
    const previewed = await api<{ id: string; operation_id: string }>(`/v1/projects/${project.ref}/previews`, {
      body: { images: { db } },
    });
    await operationEnded(previewed.body.operation_id, 120);
    const preview = await api<{ summary: string; destructive: boolean }>(`/v1/previews/${previewed.body.id}`);
    expect(preview.body).toMatchObject({ destructive: false });
    expect(preview.body.summary).toContain(`version of Postgres ${release.versions.db} -> ${db}`);
    expect(preview.body.summary).toContain("a backup of the database is made and tested first");
    expect(preview.body.summary).toMatch(/Postgres restarts \(about \d+ s\): another image/);
    const applied = await api<{ operation_id: string }>(`/v1/projects/${project.ref}/operations`, {
      body: { preview_id: previewed.body.id },
    });
    expect(await operationEnded(applied.body.operation_id, 300)).toMatchObject({
      kind: "upgrade",
      status: "succeeded",
    });
    expect(await imageOf("db")).toBe(await idOf(reference("db", "good")));
    const backups = await api<{ reason: string; operation_id: string }[]>(`/v1/backups?project_ref=${project.ref}`);
    expect(backups.body).toMatchObject([{ reason: "upgrade", operation_id: applied.body.operation_id }]);
    expect((await supalove("backups", "list", "--project", project.ref)).stdout).toContain("bak_");
    await expectAsBefore({ ...(await versionsOf()), db });
    await expectNoDrift();
  });

  it("go back to older ones", async () => {
    const rest = String(release.versions.rest);
    expect(await upgraded({ rest })).toMatchObject({ status: "succeeded" });
    await expectAsBefore({ ...(await versionsOf()), rest });
    expect((await stackOf()).newer).toEqual({});
  });

  it.each([
    ["REST that ends at once", "rest", "dies", ['ENTRYPOINT ["false"]']],
    [
      "a gateway that never gets well",
      "gateway",
      "ill",
      ['HEALTHCHECK --interval=1s --start-period=1s --retries=1 CMD ["false"]'],
    ],
    ["a Postgres that ends at once", "db", "dies", ['ENTRYPOINT ["false"]']],
  ] as const)("that are no good are taken back: %s", async (_what, service, name, lines) => {
    const versions = await versionsOf();
    const former = await imageOf(service);
    const bad = await version(service, name, ...lines);
    const operation = await upgraded({ [service]: bad });
    expect(operation).toMatchObject({ status: "failed", error: { code: "upgrade_rolled_back" } });
    await expectAsBefore(versions);
    expect(await imageOf(service)).toBe(former);
    await expectNoDrift();
  });

  it("of another major of Postgres are refused before anything is touched", async () => {
    const versions = await versionsOf();
    const before = await startedAt("db");
    const db = await version("db", "major", "ENV PG_MAJOR=17");
    const operation = await upgraded({ db });
    expect(operation).toMatchObject({ status: "failed", error: { code: "postgres_major_differs" } });
    await expectAsBefore(versions);
    expect(await startedAt("db")).toBe(before);
    const preview = await supalove("projects", "upgrade", project.ref, "--service", `db=${db}`, "--yes");
    expect(preview.exitCode).toBe(1);
    expect(preview.stderr).toContain("Postgres 17");
  });

  it("whose image is gone are refused before anything is touched", async () => {
    const versions = await versionsOf();
    const rest = await version("rest", "gone");
    await docker("rmi", "--force", reference("rest", "gone"));
    expect(await upgraded({ rest })).toMatchObject({ status: "failed", error: { code: "image_missing" } });
    await expectAsBefore(versions);
  });

  it("come into the catalogue only where they can be what they are said to be", async () => {
    for (const args of [
      ["rest", `wrong-${mark}`, release.images.gateway],
      ["db", `wrong-${mark}`, release.images.rest],
      ["rest", `none-${mark}`, `127.0.0.1:9/none-${mark}:1`],
      ["gateway", String(release.versions.gateway), release.images.rest],
    ]) {
      const refused = await supalove("images", "add", ...args);
      expect(refused.exitCode, args.join(" ")).toBe(1);
    }
    const withdrawn = await supalove("images", "withdraw", "db", String(release.versions.db));
    expect(withdrawn.stderr).toContain("what this release brings");
    expect((await supalove("images", "list")).stdout).not.toContain(`wrong-${mark}`);
  });

  it("are nobody else's to see or to change, and the API has no way into the catalogue", async () => {
    const token = stranger.access_token;
    const versions = await versionsOf();
    expect((await api(`/v1/projects/${project.ref}/versions`, { token })).status).toBe(404);
    for (const [path, method] of [
      [`/v1/projects/${project.ref}`, "PATCH"],
      [`/v1/projects/${project.ref}/previews`, "POST"],
    ] as const) {
      const answer = await api(path, { method, token, body: { images: { rest: `good-${mark}` } } });
      expect(answer, path).toMatchObject({ status: 404, body: { code: "project_not_found" } });
    }
    for (const path of ["/v1/images", "/v1/versions", `/v1/projects/${project.ref}/versions`]) {
      const body = { service: "rest", version: "evil", reference: "evil/rest:1" };
      expect([404, 405]).toContain((await api(path, { method: "POST", body })).status);
    }
    await expectAsBefore(versions);
  });

  it.each([1_500, 6_000])("survive a runner that is killed %d ms into an upgrade", async (after) => {
    const versions = await versionsOf();
    const db = versions.db === `good-${mark}` ? String(release.versions.db) : `good-${mark}`;
    const { body } = await ask({ db });
    await new Promise((resolve) => setTimeout(resolve, after));
    await VICTIMS["runner"]?.();
    const operation = await ended(body.operation_id);
    await healthy();
    const good = operation.status === "succeeded";
    if (!good) expect(operation).toMatchObject({ status: "failed", error: { code: "upgrade_rolled_back" } });
    await expectAsBefore(good ? { ...versions, db } : versions);
    await expectNoDrift();
    const left = ["ps", "--all", "--quiet", "--filter", "label=supalove.backup"];
    expect(await docker(...left, "--filter", `label=supalove.instance=${instance}`)).toBe("");
  });
});
