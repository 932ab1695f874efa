import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import { tenantNames } from "@supalove/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { startTestPlatform, type TestPlatform } from "../testing/testPlatform.ts";
import { makeTenant, type TestTenant, testJwt } from "../testing/testTenants.ts";

const SQL = `
  create table public.notes (id int generated always as identity primary key, body text);
  grant select on public.notes to anon, authenticated;
  insert into public.notes (body) values ('kept');
  create function public.whoami() returns text language sql as $$ select current_user::text $$;`;

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

const get = (tenant: TestTenant, headers: Record<string, string>) =>
  fetch(`${platform.urlOf(tenant)}/rest/v1/notes`, { headers });
/** What a request came to: its status, and what was said where that is a refusal. */
const outcome = async (tenant: TestTenant, apikey: string) => {
  const answer = await get(tenant, { apikey });
  return answer.ok ? answer.status : await answer.text();
};
const whoami = async (tenant: TestTenant, key: string) =>
  createClient(platform.urlOf(tenant), key, { auth: { persistSession: false } }).rpc("whoami");

/** The tenant with keys of another generation; those that it had are let in until then. */
async function rotated(tenant: TestTenant, until: number): Promise<TestTenant> {
  const fresh = await makeTenant({ host: "unused", port: 1 });
  const { passwords, ...previous } = tenant.secrets;
  if (passwords === undefined) throw new Error("a shared tenant has passwords");
  return { ...tenant, secrets: { ...fresh.secrets, passwords, previous: { ...previous, until } } };
}

describe("a rotation of keys", () => {
  it("lets both generations in, then ends the old one by itself, without a failed request of the new one", async () => {
    const before = await platform.createTenant({}, SQL);
    const other = await platform.createTenant({}, SQL);
    const user = await testJwt(before.secrets.jwtSecret, { role: "authenticated", sub: "u" });
    expect((await whoami(before, before.secrets.anonKey)).data).toBe("anon");
    const until = Math.ceil(Date.now() / 1000) + 12;
    const after = await rotated(before, until);
    await platform.setRow(after);
    await sleepUntil("the new keys are known", async () => (await whoami(after, after.secrets.anonKey)).error === null);

    const roles = {
      anonKey: "anon",
      publishableKey: "anon",
      serviceRoleKey: "service_role",
      secretKey: "service_role",
    };
    const names = Object.keys(roles) as (keyof typeof roles)[];
    for (const name of names) {
      expect((await whoami(after, before.secrets[name])).data, name).toBe(roles[name]);
      expect((await whoami(after, after.secrets[name])).data, name).toBe(roles[name]);
      // They are keys of this project alone.
      expect((await whoami(other, before.secrets[name])).status, name).toBe(401);
    }
    const asUser = [
      { authorization: `Bearer ${user}` },
      { apikey: after.secrets.anonKey, authorization: `Bearer ${user}` },
    ];
    for (const headers of asUser) expect((await get(after, headers as Record<string, string>)).status).toBe(200);

    const outcomes: (number | string)[] = [];
    let stopped = false;
    const traffic = (async () => {
      while (!stopped) outcomes.push(await outcome(after, after.secrets.publishableKey));
    })();
    await sleep(until * 1000 - Date.now() + 5);
    for (const name of names) expect((await whoami(after, before.secrets[name])).status, name).toBe(401);
    for (const headers of asUser) expect((await get(after, headers as Record<string, string>)).status).toBe(401);
    for (const name of names) expect((await whoami(after, after.secrets[name])).data, name).toBe(roles[name]);
    stopped = true;
    await traffic;
    expect(new Set(outcomes)).toEqual(new Set([200]));
  });

  it("is over for a gateway that hears of it late, as for one that was away", async () => {
    const before = await platform.createTenant({}, SQL);
    const after = await rotated(before, Math.floor(Date.now() / 1000) - 60);
    await platform.setRow(after);
    await sleepUntil("the new keys are known", async () => (await whoami(after, after.secrets.anonKey)).error === null);
    for (const key of [before.secrets.anonKey, before.secrets.secretKey]) {
      expect((await whoami(after, key)).status).toBe(401);
    }
  });
});

describe("a rotation of passwords", () => {
  it("fails no request of a project that is in use", async () => {
    const tenant = await platform.createTenant({}, SQL);
    const { owner, authenticator } = tenantNames(tenant.ref);
    const ask = () => outcome(tenant, tenant.secrets.anonKey);
    expect(await ask()).toBe(200);
    const outcomes: (number | string)[] = [];
    let stopped = false;
    const traffic = [1, 2, 3].map(async () => {
      while (!stopped) outcomes.push(await ask());
    });
    const passwords = { owner: randomBytes(16).toString("hex"), authenticator: randomBytes(16).toString("hex") };
    const admin = await platform.postgres.connect("postgres");
    await admin.query(`alter role ${owner} password '${passwords.owner}'`);
    await admin.query(`alter role ${authenticator} password '${passwords.authenticator}'`);
    await admin.end();
    // As long as the engine takes from there to its end.
    await sleep(1_500);
    await platform.setRow({ ...tenant, secrets: { ...tenant.secrets, passwords } });
    await sleep(2_000);
    stopped = true;
    await Promise.all(traffic);
    expect(new Set(outcomes)).toEqual(new Set([200]));
    expect(outcomes.length).toBeGreaterThan(100);
  });
});
