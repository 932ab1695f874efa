import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, sql, uniqueName } from "../harness/api.ts";
import { client, userToken } from "../harness/client.ts";

/* An app that moves here brings the secret and the keys that are baked into its builds. */

const secret = randomBytes(32).toString("base64url");
const key = (role: string, signedWith = secret) =>
  new SignJWT({ role, iss: "supabase", ref: "theoldrefoftheproject" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("10y")
    .sign(new TextEncoder().encode(signedWith));

describe("a project with an imported JWT secret and keys", () => {
  let project: LiveProject;
  let keys: { anon_key: string; service_role_key: string };
  beforeAll(async () => {
    keys = { anon_key: await key("anon"), service_role_key: await key("service_role") };
    project = await createProject("imported", { jwt_secret: secret, ...keys });
    await sql(
      project.ref,
      `create table public.mine (id int); insert into public.mine values (1);
       alter table public.mine enable row level security;
       create policy "people" on public.mine to authenticated using (auth.uid() is not null);`,
    );
  });
  afterAll(() => project && deleteProject(project.ref));

  it("gives back exactly what was brought", () => {
    expect(project).toMatchObject({
      jwtSecret: secret,
      anonKey: keys.anon_key,
      serviceRoleKey: keys.service_role_key,
    });
  });

  it("answers to the old keys, and to people's tokens of the old secret", async () => {
    expect(await client(project, keys.service_role_key).from("mine").select("id")).toMatchObject({ data: [{ id: 1 }] });
    expect(await client(project, keys.anon_key).from("mine").select("id")).toMatchObject({ data: [] });
    const person = await userToken(secret, { sub: "6f1c2a34-0000-4000-8000-00000000000a" });
    expect(await client(project, keys.anon_key, person).from("mine").select("id")).toMatchObject({ data: [{ id: 1 }] });
  });

  it("answers to no other secret", async () => {
    const forged = await key("service_role", randomBytes(32).toString("base64url"));
    const answer = await fetch(`${project.url}/rest/v1/mine`, { headers: { apikey: forged } });
    expect(answer.status).toBe(401);
    const person = await userToken("x".repeat(32), { sub: "6f1c2a34-0000-4000-8000-00000000000a" });
    const read = await client(project, keys.anon_key, person).from("mine").select("id");
    expect(read.data).toBeNull();
    expect(read.error).not.toBeNull();
  });

  it("is not made with keys that would not work with the secret", async () => {
    const name = uniqueName("mismatch");
    const other = await key("anon", "y".repeat(32));
    for (const fields of [
      { jwt_secret: secret, anon_key: other },
      { jwt_secret: secret, anon_key: keys.service_role_key },
      { anon_key: keys.anon_key },
    ]) {
      const answer = await api("/v1/projects", { body: { name, plan: "shared", ...fields } });
      expect(answer.status, JSON.stringify(Object.keys(fields))).toBe(400);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
  });
});
