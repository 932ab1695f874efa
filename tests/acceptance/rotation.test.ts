import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createdTogether, createProject, deleteProjects, type LiveProject, sql } from "../harness/api.ts";
import { client, userToken } from "../harness/client.ts";
import { succeeded } from "../harness/operations.ts";
import { supalove } from "../harness/platform.ts";
import {
  change,
  connectionString,
  endOverlapByTime,
  KEY_NAMES,
  ownUrl,
  ROTATED_SQL,
  restStatus,
} from "../harness/rotation.ts";
import { secretsIn } from "../harness/secrets.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

interface Shown {
  readonly key_generation: number;
  readonly previous_keys_until: string | null;
}
interface Preview {
  readonly id: string;
  readonly status: string;
  readonly summary: string;
}

const shown = async (ref: string) => (await api<Shown>(`/v1/projects/${ref}`)).body;

/** A look with the real resources, in plain words; nothing where all is as it should be. */
async function drift(ref: string): Promise<string[]> {
  await succeeded(`/v1/projects/${ref}/drift`);
  const { body } = await api<{ changes: { summary: string }[] }>(`/v1/projects/${ref}/drift`);
  return body.changes.map(({ summary }) => summary);
}

async function login(connection: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: connection });
  // What ends it from outside is the test's own end.
  session.on("error", () => undefined);
  await session.connect();
  return session;
}

async function preview(ref: string, body: object): Promise<Preview> {
  const started = await api<{ id: string; operation_id: string }>(`/v1/projects/${ref}/previews`, { body });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return sleepUntil("the preview", async () => {
    const { body: found } = await api<Preview>(`/v1/previews/${started.body.id}`);
    return ["queued", "running"].includes(found.status) ? undefined : found;
  });
}

const PLANS = {
  shared: { plan: "shared" },
  dedicated: { plan: "dedicated", publish_database: true },
} as const;

describe.each(Object.keys(PLANS) as (keyof typeof PLANS)[])("a %s project", (plan) => {
  let first: LiveProject;
  let second: LiveProject;
  let other: LiveProject;
  let ref: string;
  let person: string;
  let urls: string[];
  beforeAll(async () => {
    [first, other] = await createdTogether([createProject("rotation", PLANS[plan]), createProject("rotation-other")]);
    ref = first.ref;
    await Promise.all([sql(ref, ROTATED_SQL), sql(other.ref, ROTATED_SQL)]);
    person = await userToken(first.jwtSecret, { sub: "6f1c2a34-0000-4000-8000-00000000000a" });
    urls = [first.url, ...(plan === "dedicated" ? [await ownUrl(ref)] : [])];
  });
  afterAll(() => deleteProjects([first, other].flatMap((project) => (project ? [project.ref] : []))));

  /** What every way in answers to each old key as each kind of credential, and to the old secret's session. */
  async function oldOnes(): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (const url of urls) {
      for (const name of KEY_NAMES) {
        statuses.add(await restStatus(url, { apikey: first[name] }));
        statuses.add(await restStatus(url, { authorization: `Bearer ${first[name]}` }));
        statuses.add(await restStatus(url, { apikey: first[name], authorization: `Bearer ${first[name]}` }));
      }
      statuses.add(await restStatus(url, { apikey: second.publishableKey, authorization: `Bearer ${person}` }));
      statuses.add(await restStatus(url, { authorization: `Bearer ${person}` }));
    }
    return statuses;
  }

  async function newOnes(): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (const url of urls) {
      for (const name of KEY_NAMES) statuses.add(await restStatus(url, { apikey: second[name] }));
      const token = await userToken(second.jwtSecret);
      statuses.add(await restStatus(url, { apikey: second.anonKey, authorization: `Bearer ${token}` }));
    }
    return statuses;
  }

  it("shows before what a rotation of its keys would do, and no key", async () => {
    const found = await preview(ref, { rotate_keys: { overlap_hours: 1 } });
    expect(found.status).toBe("ready");
    expect(found.summary).toContain("the JWT secret and the four API keys are made anew");
    expect(found.summary).toContain("are accepted for 1 hour from when this is applied");
    if (plan === "dedicated") expect(found.summary).toMatch(/The REST service restarts.*new keys/);
    expect(found.summary).not.toMatch(/stops? working/);
    const secrets = new Map(KEY_NAMES.map((name) => [name, first[name]]));
    expect(secretsIn(JSON.stringify(found), secrets)).toEqual([]);
  });

  it("gets new keys, and takes the old ones and people's sessions until the cut-over", async () => {
    second = await change(ref, { rotate_keys: { overlap_hours: 1 } });
    for (const name of [...KEY_NAMES, "jwtSecret"] as const) expect(second[name], name).not.toBe(first[name]);
    const { key_generation, previous_keys_until } = await shown(ref);
    expect(key_generation).toBe(1);
    expect(Date.parse(previous_keys_until ?? "") - Date.now()).toBeGreaterThan(3_400_000);
    expect(await client(second).from("kept").select("id")).toMatchObject({ error: null, data: [{ id: 1 }] });
    expect(await client(first).from("kept").select("id")).toMatchObject({ error: null, data: [{ id: 1 }] });
    expect(await oldOnes()).toEqual(new Set([200]));
    expect(await newOnes()).toEqual(new Set([200]));
    expect(await sql(ref, "select id from public.kept")).toEqual([{ id: 1 }]);
    expect(await drift(ref)).toEqual([]);
  });

  it("is rotated once at a time", async () => {
    const again = await api(`/v1/projects/${ref}`, { method: "PATCH", body: { rotate_keys: {} } });
    expect(again).toMatchObject({ status: 409, body: { code: "key_overlap_running" } });
    const told = await supalove("projects", "rotate-keys", ref, "--yes");
    expect(told.exitCode).not.toBe(0);
    expect(told.stderr).toContain("until");
  });

  it("takes no key of another project's rotation, before or after", async () => {
    const before = other;
    const after = await change(other.ref, { rotate_keys: { overlap_hours: 1 } });
    for (const url of urls) {
      for (const keys of [before, after]) {
        for (const name of KEY_NAMES) {
          expect(await restStatus(url, { apikey: keys[name] }), name).toBe(401);
          expect(await restStatus(url, { authorization: `Bearer ${keys[name]}` }), name).toBe(401);
        }
        const token = await userToken(keys.jwtSecret, { role: "service_role" });
        expect(await restStatus(url, { apikey: second.anonKey, authorization: `Bearer ${token}` })).toBe(401);
      }
    }
    expect(await restStatus(other.url, { apikey: before.anonKey })).toBe(200);
    for (const name of KEY_NAMES) expect(await restStatus(other.url, { apikey: first[name] }), name).toBe(401);
  });

  it("refuses the old ones from the cut-over on, which comes by itself", async () => {
    await endOverlapByTime(ref);
    await sleepUntil("the cut-over", async () => (await shown(ref)).previous_keys_until === null || undefined, 60);
    await sleepUntil("the gateway to hear of it", async () => (await oldOnes()).has(200) === false || undefined, 10);
    expect(await oldOnes()).toEqual(new Set([401]));
    expect(await newOnes()).toEqual(new Set([200]));
    expect(await client(first).from("kept").select("id")).toMatchObject({ status: 401, data: null });
    expect(await sql(ref, "select id from public.kept")).toEqual([{ id: 1 }]);
    expect(await drift(ref)).toEqual([]);
  });

  it("can be rotated with no overlap at all, and ended early by a command", async () => {
    const third = await change(ref, { rotate_keys: { overlap_hours: 0 } });
    expect(await restStatus(third.url, { apikey: third.anonKey })).toBe(200);
    for (const url of urls) {
      for (const name of KEY_NAMES) expect(await restStatus(url, { apikey: second[name] }), name).toBe(401);
    }
    const rotated = await supalove("projects", "rotate-keys", ref, "--overlap", "2h", "--yes", "--json");
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    expect(JSON.parse(rotated.stdout)).toMatchObject({ key_generation: 3, previous_keys_until: expect.any(String) });
    expect(await restStatus(third.url, { apikey: third.anonKey })).toBe(200);
    const ended = await supalove("projects", "end-overlap", ref, "--yes");
    expect(ended.exitCode, ended.stderr).toBe(0);
    for (const url of urls) expect(await restStatus(url, { apikey: third.anonKey })).toBe(401);
    expect(await shown(ref)).toMatchObject({ key_generation: 3, previous_keys_until: null });
  });

  it("gets new database passwords: open connections stay, new ones need the new password", async () => {
    const before = await connectionString(ref);
    const session = await login(before);
    const service = await api<{ name: string; api_key: string }[]>(`/v1/projects/${ref}/api-keys?reveal=true`);
    const anon = service.body.find(({ name }) => name === "anon")?.api_key ?? "";
    let running = true;
    const statuses = new Set<number>();
    let away = 0;
    const traffic = (async () => {
      while (running) {
        const began = performance.now();
        const status = await restStatus(first.url, { apikey: anon }).catch(() => 0);
        statuses.add(status);
        if (status !== 200) away += performance.now() - began;
        // Well within what a project may ask for in a second.
        await sleep(50);
      }
    })();
    const told = await supalove("projects", "rotate-passwords", ref, "--yes");
    running = false;
    await traffic;
    expect(told.exitCode, told.stderr).toBe(0);
    expect(told.stderr).toContain("the database passwords are made anew");
    // A shared project's REST service moves over without a failed request; a dedicated one's is started anew.
    if (plan === "shared") expect(statuses).toEqual(new Set([200]));
    else expect(away).toBeLessThan(15_000);
    expect((await session.query("select id from public.kept")).rows).toEqual([{ id: 1 }]);
    await session.end();
    await expect(login(before)).rejects.toThrow(/password authentication failed/);
    const after = await connectionString(ref);
    expect(after).not.toBe(before);
    const fresh = await login(after);
    expect((await fresh.query("select id from public.kept")).rows).toEqual([{ id: 1 }]);
    await fresh.end();
    expect(await sql(ref, "select id from public.kept")).toEqual([{ id: 1 }]);
    expect(await restStatus(first.url, { apikey: anon })).toBe(200);
    expect(await drift(ref)).toEqual([]);
  });
});
