import { openSecret, sealSecret, TenantSecrets, tenantSecretsContext } from "@supalove/contracts";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { queueCutOver } from "../runner/queueCutOver.ts";
import { projectSecretContext } from "../secrets/contexts.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { succeed, workUntilStopped } from "../testing/fakeEngine.ts";
import { type FakeEngineRunner, startFakeEngineRunner } from "../testing/fakeEngineRunner.ts";
import { addProject } from "../testing/fixtures.ts";
import { somebodyWaits } from "../testing/somebodyWaits.ts";
import { testDataPlaneKeyring, testKeyring } from "../testing/testEnv.ts";

apiOfFile();
let runner: FakeEngineRunner;
let ref: string;

beforeAll(() => {
  runner = startFakeEngineRunner(target);
});
beforeEach(async () => {
  runner.engine.calls.length = 0;
  runner.engine.behaviour = async (call, count) =>
    call.command.action === "preview" ? { status: "previewed", changes: [] } : succeed(call, count);
  ref = await addProject(target.owner);
});
afterEach(async () => {
  await target.owner.operation.updateMany({
    where: { finishedAt: null },
    data: { status: "cancelled", finishedAt: new Date() },
  });
});
afterAll(() => runner.close());

type Body = Record<string, unknown>;
const patch = (body: Body) => api.call(`/v1/projects/${ref}`, { method: "PATCH", body });
const project = async () => (await api.call(`/v1/projects/${ref}`)).body;
const row = () => target.owner.project.findUniqueOrThrow({ where: { ref } });
const spec = () => runner.engine.commands.at(-1)?.spec;
const operation = async (id: unknown) => (await api.call(`/v1/operations/${id}`)).body;

/** Changes the project and lets the runner do it. */
async function changed(body: Body): Promise<Body> {
  const answer = await patch(body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  await runner.run(String(answer.body["operation_id"]));
  return operation(answer.body["operation_id"]);
}

/** What the data plane is told. */
async function published(): Promise<TenantSecrets> {
  const { secrets } = await target.owner.tenant.findUniqueOrThrow({ where: { ref } });
  return TenantSecrets.parse(JSON.parse(await openSecret(testDataPlaneKeyring, tenantSecretsContext(ref), secrets)));
}

/** Has the overlap that runs end in the past. */
async function letTimePass(): Promise<void> {
  await target.owner.$executeRaw`
    update projects set key_generations = jsonb_set(key_generations, '{previous,until}', '1') where ref = ${ref}`;
}

const secretNames = async () =>
  (await target.owner.projectSecret.findMany({ where: { projectRef: ref } })).map(({ name }) => name);

async function keep(name: "imported_db_pass" | "imported_jwt_secret", plain: string): Promise<void> {
  const sealed = await sealSecret(testKeyring, projectSecretContext(ref, name), plain);
  await target.owner.projectSecret.create({ data: { projectRef: ref, name, sealed } });
}

describe("rotating a project's keys", () => {
  it("gives it new ones, and lets the old ones in until a time that people are told", async () => {
    expect(await project()).toMatchObject({ key_generation: 0, previous_keys_until: null });
    const before = Date.now();
    expect(await changed({ rotate_keys: { overlap_hours: 2 } })).toMatchObject({ kind: "up", status: "succeeded" });
    const shown = await project();
    expect(shown).toMatchObject({ status: "ACTIVE_HEALTHY", key_generation: 1 });
    const until = Date.parse(String(shown["previous_keys_until"]));
    expect(until).toBeGreaterThan(before + 7_100_000);
    expect(until).toBeLessThan(Date.now() + 7_201_000);
    const secrets = await published();
    expect(secrets.anonKey).toBe(`anon key of ${ref}, generation 1`);
    expect(secrets.previous).toMatchObject({ anonKey: `anon key of ${ref}`, until: until / 1000 });
    const keys = await api.call(`/v1/projects/${ref}/api-keys?reveal=true`);
    expect(keys.list.map((key) => key["api_key"])).toEqual(
      ["anon", "service role", "publishable", "secret"].map((name) => `${name} key of ${ref}, generation 1`),
    );
    expect((await api.call(`/v1/projects/${ref}/postgrest`)).body).toMatchObject({
      jwt_secret: `jwt secret of ${ref}, generation 1`,
    });
  });

  it("shows keys with the time of their own generation, even to who asks while it ends", async () => {
    const keys = async () => {
      const { list } = await api.call(`/v1/projects/${ref}/api-keys`);
      return list.map(({ api_key, inserted_at }) => ({ api_key, inserted_at }))[0];
    };
    const before = await keys();
    const sealed = await sealSecret(testKeyring, projectSecretContext(ref, "anon_key"), "a new key");
    // The project's row is read, and then its secrets waited for, which are those of the next generation when they are seen.
    const reading = await target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`lock table project_secrets in access exclusive mode`;
      const answer = keys();
      await somebodyWaits(tx);
      await tx.projectSecret.update({
        where: { projectRef_name: { projectRef: ref, name: "anon_key" } },
        data: { sealed },
      });
      const keyGenerations = { generation: 1, issuedAt: 2_000_000_000, previous: null };
      await tx.project.update({ where: { ref }, data: { keyGenerations } });
      return { answer };
    });
    expect(await reading.answer).toEqual(before);
    expect(await keys()).toEqual({ api_key: "a new key", inserted_at: new Date(2_000_000_000_000).toISOString() });
  });

  it("lasts a day where nothing else is said, and no time at all where that is asked for", async () => {
    await changed({ rotate_keys: {} });
    expect((await row()).keyGenerations).toMatchObject({
      generation: 1,
      previous: { generation: 0, overlapHours: 24 },
    });
    await changed({ end_key_overlap: true });
    await changed({ rotate_keys: { overlap_hours: 0 } });
    expect(await project()).toMatchObject({ key_generation: 2, previous_keys_until: null });
    expect((await published()).previous).toBeUndefined();
  });

  it("is refused while an overlap runs, or another rotation waits; what to do is said", async () => {
    const first = await patch({ rotate_keys: {} });
    expect((await patch({ rotate_keys: {} })).body).toMatchObject({ code: "project_busy" });
    await runner.run(String(first.body["operation_id"]));
    const refused = await patch({ rotate_keys: {} });
    expect([refused.status, refused.body["code"]]).toEqual([409, "key_overlap_running"]);
    expect(refused.body["next_step"]).toContain("end_key_overlap");
    const preview = await api.call(`/v1/projects/${ref}/previews`, { body: { rotate_keys: {} } });
    expect([preview.status, preview.body["code"]]).toEqual([409, "key_overlap_running"]);
  });

  it("changes nothing in the row where it fails, and can be asked for again", async () => {
    runner.engine.behaviour = async () => ({
      status: "failed",
      error: { code: "x", message: "m", next_step: "n" },
    });
    expect(await changed({ rotate_keys: {}, rotate_passwords: true })).toMatchObject({ status: "failed" });
    expect(await project()).toMatchObject({ key_generation: 0, previous_keys_until: null, status: "ACTIVE_HEALTHY" });
    // What knew the new keys is given the old ones back; passwords have no way back.
    expect(runner.engine.commands).toMatchObject([
      { action: "up", spec: { keys: { generation: 1, previous: { generation: 0 } }, passwordGeneration: 1 } },
      { action: "up", spec: { keys: { generation: 0, previous: null }, passwordGeneration: 1 }, recover: true },
    ]);
    runner.engine.behaviour = succeed;
    expect(await changed({ rotate_keys: {} })).toMatchObject({ status: "succeeded" });
    expect(await project()).toMatchObject({ key_generation: 1 });
  });

  it("goes on after a kill with the same generations, and to its end once it has begun", async () => {
    const answer = await patch({ rotate_keys: {} });
    const id = String(answer.body["operation_id"]);
    runner.engine.behaviour = workUntilStopped;
    const running = runner.run(id).catch(() => undefined);
    await expect.poll(() => runner.engine.calls.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const begun = runner.engine.commands[0]?.spec;
    await api.call(`/v1/operations/${id}/cancel`, { method: "POST" });
    expect(runner.engine.calls[0]?.stopped.aborted).toBe(false);
    await runner.expireLeases();
    await runner.engine.close();
    await running;
    runner.engine.behaviour = succeed;
    await runner.run(id, "another");
    expect(await operation(id)).toMatchObject({ status: "succeeded" });
    expect(spec()).toEqual(begun);
    expect(await project()).toMatchObject({ key_generation: 1 });
  });

  it("forgets keys that were brought along once their generation is gone", async () => {
    await keep("imported_jwt_secret", "j".repeat(40));
    await changed({ rotate_keys: {} });
    expect(spec()?.imported).toEqual({ jwtSecret: "j".repeat(40) });
    expect(await secretNames()).toEqual(expect.arrayContaining(["imported_jwt_secret", "previous_jwt_secret"]));
    await changed({ end_key_overlap: true });
    const left = await secretNames();
    expect(left.filter((name) => /^(imported|previous)_/.test(name))).toEqual([]);
    await changed({ size: "small" });
    expect(spec()).toMatchObject({ keys: { generation: 1, previous: null }, imported: {} });
  });
});

describe("the end of an overlap", () => {
  it("comes by itself, once, when its time is over", async () => {
    await changed({ rotate_keys: { overlap_hours: 1 } });
    expect(await queueCutOver(target.owner)).toBeUndefined();
    await letTimePass();
    const id = await queueCutOver(target.owner);
    expect(id).toMatch(/^op_/);
    expect(await queueCutOver(target.owner)).toBeUndefined();
    await runner.run(String(id));
    expect(await operation(id)).toMatchObject({ status: "succeeded", actor: "platform" });
    expect(spec()?.keys).toMatchObject({ generation: 1, previous: null });
    expect(await project()).toMatchObject({ key_generation: 1, previous_keys_until: null });
    expect((await published()).previous).toBeUndefined();
    expect(await queueCutOver(target.owner)).toBeUndefined();
  });

  it("is tried again later where it failed, and waits for a project that is paused", async () => {
    await changed({ rotate_keys: { overlap_hours: 1 } });
    await letTimePass();
    await target.owner.project.update({ where: { ref }, data: { status: "INACTIVE" } });
    expect(await queueCutOver(target.owner)).toBeUndefined();
    await target.owner.project.update({ where: { ref }, data: { status: "ACTIVE_HEALTHY" } });
    runner.engine.behaviour = async () => ({ status: "failed", error: { code: "x", message: "m", next_step: "n" } });
    const id = String(await queueCutOver(target.owner));
    runner.engine.calls.length = 0;
    await runner.run(id);
    expect(await operation(id)).toMatchObject({ status: "failed" });
    expect(runner.engine.actions).toEqual(["up"]);
    expect(await queueCutOver(target.owner)).toBeUndefined();
    await target.owner.operation.update({ where: { id }, data: { finishedAt: new Date(Date.now() - 3_600_000) } });
    expect(await queueCutOver(target.owner)).toMatch(/^op_/);
  });

  it("can be asked for, and is refused where there is none", async () => {
    const refused = await patch({ end_key_overlap: true });
    expect([refused.status, refused.body["code"]]).toEqual([409, "no_key_overlap"]);
    await changed({ rotate_keys: {} });
    await changed({ end_key_overlap: true });
    expect(await project()).toMatchObject({ key_generation: 1, previous_keys_until: null });
  });
});

describe("rotating a project's database passwords", () => {
  it("draws all of them anew, in the place of one that was chosen as well", async () => {
    await keep("imported_db_pass", "chosen by a person");
    await changed({ rotate_passwords: true });
    expect(spec()).toMatchObject({ passwordGeneration: 1, imported: {} });
    expect(await secretNames()).not.toContain("imported_db_pass");
    await changed({ rotate_passwords: true });
    expect(spec()).toMatchObject({ passwordGeneration: 2 });
    // A password that is chosen afterwards counts.
    const path = `/v1/projects/${ref}/database/password`;
    const set = await api.call(path, { method: "PATCH", body: { password: "chosen afterwards" } });
    await runner.run(String(set.body["operation_id"]));
    expect(spec()).toMatchObject({ passwordGeneration: 2, imported: { databasePassword: "chosen afterwards" } });
  });

  it("keeps a password that somebody chose after the rotation was asked for", async () => {
    const rotation = await patch({ rotate_passwords: true });
    const path = `/v1/projects/${ref}/database/password`;
    const set = await api.call(path, { method: "PATCH", body: { password: "chosen meanwhile" } });
    for (const { body } of [rotation, set]) await runner.run(String(body["operation_id"]));
    expect(spec()).toMatchObject({ passwordGeneration: 1, imported: { databasePassword: "chosen meanwhile" } });
  });

  it("keeps one that was chosen after it by a request that began before it, and had to wait", async () => {
    const request = new pg.Client({ connectionString: target.apiUrl });
    await request.connect();
    await request.query("begin");
    await request.query("select now()");
    const rotation = await patch({ rotate_passwords: true });
    const sealed = await sealSecret(testKeyring, projectSecretContext(ref, "imported_db_pass"), "chosen meanwhile");
    await request.query("select keep_database_password($1, $2)", [ref, sealed]);
    await request.query("commit");
    await request.end();
    await runner.run(String(rotation.body["operation_id"]));
    expect(spec()).toMatchObject({ passwordGeneration: 1, imported: { databasePassword: "chosen meanwhile" } });
    expect(await secretNames()).toContain("imported_db_pass");
  });

  it("has no way back once it has begun: what runs the stack next finishes it", async () => {
    runner.engine.behaviour = async () => ({ status: "failed", error: { code: "x", message: "m", next_step: "n" } });
    expect(await changed({ rotate_passwords: true })).toMatchObject({ status: "failed" });
    expect(await row()).toMatchObject({ passwordGeneration: 1 });
    runner.engine.behaviour = succeed;
    await changed({ size: "small" });
    expect(spec()).toMatchObject({ passwordGeneration: 1 });
  });

  it("is refused while another one waits", async () => {
    await patch({ rotate_passwords: true });
    expect((await patch({ rotate_passwords: true })).body).toMatchObject({ code: "project_busy" });
  });
});

describe("the preview of a rotation", () => {
  it("says what it means and shows no secret; applied later, its overlap counts from then", async () => {
    const body = { rotate_keys: { overlap_hours: 1 }, rotate_passwords: true };
    const started = await api.call(`/v1/projects/${ref}/previews`, { body });
    await runner.run(String(started.body["operation_id"]));
    const found = (await api.call(`/v1/previews/${started.body["id"]}`)).body;
    expect(found).toMatchObject({ status: "ready", destructive: false });
    expect(String(found["summary"]).split("\n")).toEqual([
      "the JWT secret and the four API keys are made anew",
      "the old keys, and users' JWTs that the old secret signed, are accepted for 1 hour from when this is applied",
      "the database passwords are made anew; connections with the old ones stay until they close",
    ]);
    expect(spec()).toMatchObject({ passwordGeneration: 1, keys: { generation: 1, previous: { generation: 0 } } });
    expect(await row()).toMatchObject({ passwordGeneration: 0, keyGenerations: null });
    const previewed = spec()?.keys.previous?.until ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const applied = await api.call(`/v1/projects/${ref}/operations`, { body: { preview_id: found["id"] } });
    await runner.run(String(applied.body["operation_id"]));
    expect(await operation(applied.body["operation_id"])).toMatchObject({ status: "succeeded" });
    expect((await published()).previous?.until).toBeGreaterThan(previewed);
    expect(spec()?.keys.generation).toBe(1);
  });
});

describe("what is given to a rotation", () => {
  it.each([
    [{ rotate_keys: true }, "rotate_keys"],
    [{ rotate_keys: { overlap_hours: -1 } }, "rotate_keys.overlap_hours"],
    [{ rotate_keys: { overlap_hours: 721 } }, "rotate_keys.overlap_hours"],
    [{ rotate_keys: { overlap_hours: 1.5 } }, "rotate_keys.overlap_hours"],
    [{ rotate_keys: { until: "x" } }, "rotate_keys"],
    [{ rotate_keys: {}, end_key_overlap: true }, "end_key_overlap"],
    [{ end_key_overlap: false }, "end_key_overlap"],
    [{ rotate_passwords: "yes" }, "rotate_passwords"],
  ])("%j is refused by name", async (body, path) => {
    for (const [method, url] of [
      ["PATCH", `/v1/projects/${ref}`],
      ["POST", `/v1/projects/${ref}/previews`],
    ] as const) {
      const answer = await api.call(url, { method, body });
      expect(answer.status).toBe(400);
      expect(answer.body["issues"]).toEqual([expect.objectContaining({ path })]);
    }
    expect(await target.owner.operation.count({ where: { projectRef: ref } })).toBe(0);
  });
});
