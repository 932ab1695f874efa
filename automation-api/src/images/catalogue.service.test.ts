import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { type ControlCluster, silent, startControlCluster, type TestDatabase } from "../testing/controlDatabase.ts";
import { FakeImages } from "../testing/fakeImages.ts";
import { addProject } from "../testing/fixtures.ts";
import { CatalogueRefusal } from "./catalogueRefusal.ts";
import { dockerImages } from "./dockerImages.ts";
import { ImageMissing, ImageUnfit } from "./imagePort.ts";
import { manageCatalogue } from "./manageCatalogue.ts";
import { seedCatalogue } from "./seedCatalogue.ts";

/* The catalogue on a real control database, and the images on the real Docker engine. */

const endpoint = "unix:///var/run/docker.sock";
const id = `supalove-test-${randomBytes(4).toString("hex")}`;
const signal = new AbortController().signal;
let cluster: ControlCluster;
let target: TestDatabase;

beforeAll(async () => {
  cluster = await startControlCluster();
  target = await cluster.clone();
});
afterAll(async () => {
  await execa("docker", ["rmi", "--force", `${id}/empty:1`], { reject: false });
  await target?.close();
  await cluster?.stop();
});

const hash = (digit: string) => digit.repeat(16);
const release = {
  db: `test/db:${hash("a")}`,
  rest: `test/rest:${hash("b")}`,
  meta: "test/meta:v1",
  gateway: `test/gateway:${hash("c")}`,
};
const rows = () => target.owner.stackImage.findMany({ orderBy: [{ service: "asc" }, { addedAt: "asc" }] });
const command = (...argv: string[]) =>
  manageCatalogue({ database: target.owner, images: new FakeImages(), release, signal }, argv).then(
    (text) => JSON.parse(text) as Record<string, unknown> | Record<string, unknown>[],
  );
const refusal = async (...argv: string[]) => {
  const error: unknown = await command(...argv).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CatalogueRefusal);
  return (error as Error).message;
};

describe("the catalogue", () => {
  it("is given this release's images and those that projects run, once, under names that stay", async () => {
    const ref = await addProject(target.owner, { dedicated: true });
    await target.owner.project.update({ where: { ref }, data: { createdAt: new Date(Date.UTC(2026, 0, 1)) } });
    const parts = { database: target.owner, images: new FakeImages(), logger: silent };
    await seedCatalogue(parts, release, signal);
    const named = await rows();
    expect(named.map(({ service, version }) => `${service} ${version}`)).toEqual([
      ...["db 1", "db 15.20-aaaaaa", "gateway 1", "gateway 1.0-cccccc"],
      ...["meta 1", "meta v1", "rest 1", "rest 1.0-bbbbbb"],
    ]);
    await seedCatalogue(parts, release, signal);
    expect(await rows()).toEqual(named);
  });

  it("takes versions that every server has, and offers a withdrawn one again", async () => {
    expect(await command("add", "rest", "12.3", "test/rest:12.3", "--note", "of ours")).toMatchObject({
      service: "rest",
      version: "12.3",
      note: "of ours",
      release: false,
      withdrawn_at: null,
    });
    expect(await command("withdraw", "rest", "12.3")).toMatchObject({ withdrawn_at: expect.any(String) });
    expect(await command("add", "rest", "12.3", "test/rest:12.3")).toMatchObject({
      withdrawn_at: null,
      note: "of ours",
    });
    expect(await command("list")).toEqual(expect.arrayContaining([expect.objectContaining({ version: "12.3" })]));
    const audit = await target.owner.auditEntry.findMany({ where: { operation: { endsWith: "Version" } } });
    expect(audit.map(({ operation }) => operation)).toEqual(["addVersion", "withdrawVersion", "addVersion"]);
  });

  it("refuses in words what can't be, and is as it was", async () => {
    const before = await rows();
    expect(await refusal("add", "rest", "12.3", "test/rest:other")).toContain("give this image another name");
    expect(await refusal("add", "rest", "12.4", "test/rest:12.3")).toContain("use that name");
    expect(await refusal("add", "auth", "1", "a/b:1")).toContain("one of db, rest, meta, gateway");
    expect(await refusal("add", "rest", "$(id)", "a/b:1")).toContain("the version can't be");
    expect(await refusal("add", "rest", "1.1", "a b; rm -rf /")).toContain("the reference can't be");
    expect(await refusal("withdraw", "rest", "77")).toContain("there is no version 77");
    expect(await refusal("withdraw", "db", "15.20-aaaaaa")).toContain("what this release brings");
    for (const argv of [[], ["add"], ["list", "x"], ["drop", "rest"], ["list", "--all"]]) {
      expect(await refusal(...argv)).toContain("usage:");
    }
    expect(await rows()).toEqual(before);
  });

  it("can't be written by the API, whatever it is asked", async () => {
    const { openDatabase } = await import("../database/client.ts");
    const api = openDatabase(target.apiUrl, "test-api", 1);
    try {
      expect(await api.stackImage.count()).toBeGreaterThan(0);
      const data = { service: "rest", version: "evil", reference: "evil/rest:1" };
      await expect(api.stackImage.create({ data })).rejects.toThrow(/permission denied/);
      await expect(api.stackImage.updateMany({ data: { reference: "evil/rest:1" } })).rejects.toThrow(/permission/);
      await expect(api.stackImage.deleteMany()).rejects.toThrow(/permission denied/);
    } finally {
      await api.$disconnect();
    }
  });
});

describe("images on a Docker engine", () => {
  const docker = dockerImages({ SUPALOVE_INSTANCE: "test" as never });
  const asking = { operationId: "op_test", signal };
  const program = async (service: "db" | "rest" | "meta" | "gateway", reference: string) =>
    docker.program(endpoint, service, await docker.obtain(endpoint, reference, signal), asking);

  it.each([
    ["db", "supalove/supabase-postgres:dev", /^15\.\d+$/],
    ["rest", "supalove/postgrest:dev", /^\d+\.\d+\.\d+$/],
    ["gateway", "supalove/nginx:dev", /^\d+\.\d+\.\d+$/],
  ] as const)("tell the version of %s", async (service, reference, version) => {
    expect((await program(service, reference)).version).toMatch(version);
  });

  it("tell the extensions that a database may use", async () => {
    expect((await program("db", "supalove/supabase-postgres:dev")).extensions).toEqual(
      expect.arrayContaining(["plpgsql", "pgcrypto", "vector", "uuid-ossp"]),
    );
  });

  it("are refused where they are of something else, or nothing", async () => {
    await expect(program("rest", "supalove/nginx:dev")).rejects.toThrow(ImageUnfit);
    await execa("docker", ["build", "--tag", `${id}/empty:1`, "-"], { input: "FROM scratch\nLABEL a=b\n" });
    await expect(program("rest", `${id}/empty:1`)).rejects.toThrow(ImageUnfit);
    await expect(program("db", `${id}/empty:1`)).rejects.toThrow(ImageUnfit);
  });

  it("that no server and no registry has are missing, in words", async () => {
    await expect(docker.obtain(endpoint, `127.0.0.1:9/${id}/none:1`, signal)).rejects.toThrow(ImageMissing);
  });

  it("leave no container behind", async () => {
    const { stdout } = await execa("docker", ["ps", "--all", "--quiet", "--filter", "label=supalove.backup=op_test"]);
    expect(stdout).toBe("");
    expect((await target.owner.server.findUniqueOrThrow({ where: { id: DEFAULT_SERVER } })).endpoint).toBe(endpoint);
  });
});
