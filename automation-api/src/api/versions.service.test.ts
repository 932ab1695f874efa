import type { PlannedChange } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { succeed } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { FakeImages } from "../testing/fakeImages.ts";
import { addOrganization, addProject, addUser, type TestUser } from "../testing/fixtures.ts";

/* Versions of images as people of a project ask for them. */

apiOfFile({
  env: {
    STACK_IMAGES: JSON.stringify({
      ...{ db: "test/db:2", rest: "test/rest:2", meta: "test/meta:1", gateway: "test/gateway:1" },
    }),
  },
});
let runner: FakeEngineRunner;
let images: FakeImages;
let stranger: TestUser;

const restarted: PlannedChange = {
  urn: "urn:pulumi:s::p::docker:index/container:Container::project-rest",
  type: "docker:index/container:Container",
  name: "project-rest",
  op: "replace",
  destructive: false,
  summary: "The REST service restarts (about 1 s): another image",
  detailed: [],
};

beforeAll(async () => {
  images = new FakeImages();
  runner = startFakeEngineRunner(target, { images });
  stranger = await addUser(target.owner, "stranger");
  await addOrganization(target.owner, stranger.id);
  const row = (service: string, version: string) => ({
    ...{ service, version, reference: `test/${service}:${version}`, addedAt: new Date(2026, 0, Number(version)) },
  });
  await target.owner.stackImage.createMany({
    data: [
      ...["db", "rest", "meta", "gateway"].map((service) => row(service, "1")),
      ...["db", "rest"].map((service) => row(service, "2")),
      { ...row("rest", "3"), withdrawnAt: new Date() },
    ],
  });
});
beforeEach(() => {
  images.missing.clear();
  runner.engine.calls.length = 0;
  runner.engine.behaviour = (call, count) =>
    call.command.action === "preview" ? { status: "previewed", changes: [restarted] } : succeed(call, count);
});
afterAll(() => runner.close());

type Body = Record<string, unknown>;

const dedicated = (status = "ACTIVE_HEALTHY") => addProject(target.owner, { dedicated: true, status });
const patch = (ref: string, body: Body, token?: string) =>
  api.call(`/v1/projects/${ref}`, { method: "PATCH", body, ...(token === undefined ? {} : { token }) });
const preview = (ref: string, body: Body) => api.call(`/v1/projects/${ref}/previews`, { body });
const stackOf = async (ref: string) => (await api.call(`/v1/projects/${ref}`)).body["stack"];

describe("versions of a project", () => {
  it("are shown with those that it may be brought to, and what is newer", async () => {
    const ref = await dedicated();
    expect(await stackOf(ref)).toMatchObject({
      versions: { db: "1", rest: "1", meta: "1", gateway: "1" },
      newer: { db: "2", rest: "2" },
    });
    const { list } = await api.call(`/v1/projects/${ref}/versions`);
    expect(list.map(({ service, version }) => [service, version])).toEqual([
      ["db", "1"],
      ["rest", "1"],
      ["meta", "1"],
      ["gateway", "1"],
    ]);
    expect(list[1]?.["offered"]).toMatchObject([{ version: "2", newer: true, release: true }]);
    const shared = await addProject(target.owner);
    expect(await api.call(`/v1/projects/${shared}/versions`)).toMatchObject({
      status: 409,
      body: { code: "wrong_plan" },
    });
  });

  it("are changed by PATCH, and the project says so meanwhile", async () => {
    const ref = await dedicated();
    const { body } = await patch(ref, { images: { rest: "2" } });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "UPGRADING" });
    expect((await patch(ref, { images: { db: "2" } })).body).toMatchObject({ code: "project_not_ready" });
    await runner.run(String(body["operation_id"]));
    expect((await api.call(`/v1/operations/${body["operation_id"]}`)).body).toMatchObject({
      kind: "upgrade",
      status: "succeeded",
    });
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
    expect(await stackOf(ref)).toMatchObject({ versions: { rest: "2", db: "1" }, newer: { db: "2" } });
    expect((await patch(ref, { images: { rest: "2" } })).body).toMatchObject({ operation_id: null });
    expect((await patch(ref, { images: { rest: "1" } })).body["operation_id"]).toMatch(/^op_/);
  });

  it("are told in plain words by a preview, which is applied by the same operation", async () => {
    const ref = await dedicated();
    const started = (await preview(ref, { images: { db: "2", rest: "2" } })).body;
    await runner.run(String(started["operation_id"]));
    const found = (await api.call(`/v1/previews/${started["id"]}`)).body;
    expect(found).toMatchObject({ status: "ready", destructive: false });
    expect(String(found["summary"]).split("\n")).toEqual([
      "version of Postgres 1 -> 2",
      "version of the REST service 1 -> 2",
      "a backup of the database is made and tested first; it is kept for some days",
      "what does not become healthy with its new version is taken back by itself",
      "The REST service restarts (about 1 s): another image",
    ]);
    const applied = await api.call(`/v1/projects/${ref}/operations`, { body: { preview_id: started["id"] } });
    await runner.run(String(applied.body["operation_id"]));
    expect(await stackOf(ref)).toMatchObject({ versions: { db: "2", rest: "2" } });
    expect((await api.call(`/v1/backups?project_ref=${ref}`)).list).toMatchObject([{ reason: "upgrade" }]);
  });

  it("that can't be had make the preview fail with the reason", async () => {
    images.missing.add("test/rest:2");
    const ref = await dedicated();
    const started = (await preview(ref, { images: { rest: "2" } })).body;
    await runner.run(String(started["operation_id"]));
    expect((await api.call(`/v1/previews/${started["id"]}`)).body).toMatchObject({
      status: "failed",
      error: { code: "image_missing" },
    });
    expect(runner.engine.calls).toEqual([]);
  });

  it("that were withdrawn after the preview are not applied", async () => {
    const ref = await dedicated();
    const started = (await preview(ref, { images: { rest: "2" } })).body;
    await runner.run(String(started["operation_id"]));
    const key = { service_version: { service: "rest", version: "2" } };
    await target.owner.stackImage.update({ where: key, data: { withdrawnAt: new Date() } });
    try {
      const applied = await api.call(`/v1/projects/${ref}/operations`, { body: { preview_id: started["id"] } });
      expect(applied).toMatchObject({ status: 409, body: { code: "version_withdrawn" } });
    } finally {
      await target.owner.stackImage.update({ where: key, data: { withdrawnAt: null } });
    }
  });

  it.each([
    ["a version that nobody knows", { images: { rest: "99" } }, 400, "version_unknown"],
    ["a version that was withdrawn", { images: { rest: "3" } }, 409, "version_withdrawn"],
    ["no service", { images: {} }, 400, "invalid_input"],
    ["an unknown service", { images: { auth: "1" } }, 400, "invalid_input"],
    ["a reference", { images: { rest: "evil/rest:1" } }, 400, "invalid_input"],
    ["a text of a shell", { images: { rest: "$(id)" } }, 400, "invalid_input"],
    ["a number", { images: { rest: 2 } }, 400, "invalid_input"],
    ["a list", { images: ["rest"] }, 400, "invalid_input"],
    ["another change beside it", { images: { rest: "2" }, size: "large" }, 400, "invalid_input"],
  ])("are refused for %s, and nothing is begun", async (_what, body, status, code) => {
    const ref = await dedicated();
    const before = await target.owner.operation.count();
    for (const answer of [await patch(ref, body), await preview(ref, body)]) {
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { code } });
    }
    expect(await target.owner.operation.count()).toBe(before);
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
  });

  it("are refused with the versions that there are", async () => {
    const { body } = await patch(await dedicated(), { images: { rest: "99" } });
    expect(body["next_step"]).toBe("Choose another one. There are: 2, 1.");
  });

  it("are not for a project that is paused, or of the shared plan", async () => {
    const paused = await dedicated("INACTIVE");
    const shared = await addProject(target.owner);
    for (const ask of [patch, preview]) {
      expect((await ask(paused, { images: { rest: "2" } })).body).toMatchObject({ code: "project_not_ready" });
      expect((await ask(shared, { images: { rest: "2" } })).body).toMatchObject({ code: "wrong_plan" });
    }
  });

  it("are no stranger's to see or to change, nor is there a way to the catalogue", async () => {
    const ref = await dedicated();
    const { token } = stranger;
    const versions = await api.call(`/v1/projects/${ref}/versions`, { token });
    expect(versions).toMatchObject({ status: 404, body: { code: "project_not_found" } });
    expect((await patch(ref, { images: { rest: "2" } }, token)).status).toBe(404);
    const previewed = await api.call(`/v1/projects/${ref}/previews`, { body: { images: { rest: "2" } }, token });
    expect(previewed.status).toBe(404);
    const before = await target.owner.stackImage.findMany();
    for (const [path, method] of [
      ["/v1/images", "POST"],
      ["/v1/versions", "POST"],
      [`/v1/projects/${ref}/versions`, "POST"],
      [`/v1/projects/${ref}/versions`, "DELETE"],
      [`/v1/projects/${ref}/versions/rest`, "PATCH"],
    ] as const) {
      const answer = await api.call(path, {
        method,
        body: { service: "rest", version: "x", reference: "evil/rest:1" },
      });
      expect([404, 405]).toContain(answer.status);
    }
    expect(await target.owner.stackImage.findMany()).toEqual(before);
  });
});
