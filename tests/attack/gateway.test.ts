import { connect as tcp } from "node:net";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { userToken } from "../harness/client.ts";
import { platform } from "../harness/platform.ts";

/** Sends bytes as they are, which no HTTP client would, and gives the status of each answer until the server hangs up. */
async function raw(request: string): Promise<number[]> {
  const url = new URL((await platform()).urls.gateway);
  return new Promise((resolve, reject) => {
    const socket = tcp(Number(url.port), "127.0.0.1");
    let text = "";
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("close", () => resolve([...text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map((m) => Number(m[1]))));
    socket.on("error", reject);
    socket.write(request);
  });
}

describe("keys and tokens of another tenant", () => {
  let victim: LiveProject;
  let attacker: LiveProject;

  const read = async (headers: Record<string, string>, path = `/projects/${victim.ref}/rest/v1/secrets`) => {
    const { urls } = await platform();
    return fetch(urls.gateway + path, { headers, redirect: "manual" });
  };

  beforeAll(async () => {
    [victim, attacker] = await createdTogether([createProject("victim"), createProject("mallory")]);
    await sql(victim.ref, "create table public.secrets (v text); insert into public.secrets values ('crown jewels')");
    await sql(attacker.ref, "create table public.secrets (v text); insert into public.secrets values ('own')");
  });
  afterAll(() => Promise.all([victim, attacker].map((project) => project && deleteProject(project.ref))));

  it.each(["anonKey", "serviceRoleKey", "publishableKey", "secretKey"] as const)(
    "%s of the attacker opens nothing of the victim, in any header",
    async (kind) => {
      const key = attacker[kind];
      expect(key).not.toBe("");
      for (const headers of [
        { apikey: key },
        { authorization: `Bearer ${key}` },
        { apikey: key, authorization: `Bearer ${key}` },
        { apikey: victim.anonKey, authorization: `Bearer ${key}` },
      ]) {
        expect((await read(headers)).status).toBe(401);
      }
    },
  );

  it("refuses no key, an empty key and a made-up one", async () => {
    expect((await read({})).status).toBe(401);
    expect((await read({ apikey: "" })).status).toBe(401);
    expect((await read({ apikey: "sb_secret_AAAAAAAAAAAAAAAAAAAAAA_AAAAAAAA" })).status).toBe(401);
    expect((await read({ authorization: "Basic YWRtaW46YWRtaW4=" })).status).toBe(401);
  });

  it("refuses forged tokens: other secret, no algorithm, other algorithms, expired, other roles", async () => {
    const claims = { role: "service_role", iss: "supabase", ref: victim.ref };
    const other = await userToken(attacker.jwtSecret, claims);
    const none = new UnsecuredJWT(claims).encode();
    const secret = new TextEncoder().encode(victim.jwtSecret);
    const expired = await new SignJWT({ role: "authenticated" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(1)
      .sign(secret);
    const header = Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT" })).toString("base64url");
    const relabelled = [header, ...victim.serviceRoleKey.split(".").slice(1)].join(".");
    const superuser = await userToken(victim.jwtSecret, { role: "supabase_admin" });
    const owner = await userToken(victim.jwtSecret, { role: `postgres_${victim.ref}` });
    for (const token of [other, none, expired, relabelled, superuser, owner, `${victim.anonKey}x`, "..", "a.b.c"]) {
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { apikey: victim.anonKey, authorization: `Bearer ${token}` },
      ]) {
        const answer = await read(headers);
        expect([401, 403], `${token.slice(0, 20)}: ${await answer.text()}`).toContain(answer.status);
      }
    }
  });

  it("answers 400 where path, header and host name different projects, and never the victim's rows", async () => {
    const { urls } = await platform();
    const host = new URL(urls.gateway).host;
    const own = `apikey: ${attacker.serviceRoleKey}\r\nConnection: close\r\n\r\n`;
    const mixed = [
      `GET /projects/${attacker.ref}/rest/v1/secrets HTTP/1.1\r\nHost: ${host}\r\nX-Project-Id: ${victim.ref}\r\n${own}`,
      `GET /projects/${attacker.ref}/rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.${host}\r\n${own}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.${host}\r\nX-Project-Id: ${attacker.ref}\r\n${own}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: ${host}\r\nX-Project-Id: ${attacker.ref}\r\nX-Project-Id: ${victim.ref}\r\n${own}`,
    ];
    for (const request of mixed) expect(await raw(request)).toEqual([400]);
  });

  it("is not led astray by tricks in the path", async () => {
    const { urls } = await platform();
    const host = new URL(urls.gateway).host;
    const tail = `Host: ${host}\r\napikey: ${attacker.serviceRoleKey}\r\nConnection: close\r\n\r\n`;
    for (const path of [
      `/projects/${attacker.ref}/../${victim.ref}/rest/v1/secrets`,
      `/projects/${attacker.ref}/%2e%2e/${victim.ref}/rest/v1/secrets`,
      `/projects/${attacker.ref}%2f..%2f${victim.ref}/rest/v1/secrets`,
      `//projects/${victim.ref}/rest/v1/secrets`,
      `/projects//${victim.ref}/rest/v1/secrets`,
      `/projects\\${victim.ref}\\rest\\v1\\secrets`,
      `http://${victim.ref}.${host}/rest/v1/secrets`,
      `/projects/${victim.ref.toUpperCase()}/rest/v1/secrets`,
      `/projects/${victim.ref}%00/rest/v1/secrets`,
    ]) {
      const [status] = await raw(`GET ${path} HTTP/1.1\r\n${tail}`);
      expect([400, 401, 404], path).toContain(status);
    }
  });

  it("does not smuggle a second request past the key check", async () => {
    const { urls } = await platform();
    const host = new URL(urls.gateway).host;
    const inner = `GET /secrets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${victim.serviceRoleKey}\r\n\r\n`;
    const head = `POST /projects/${attacker.ref}/rest/v1/secrets HTTP/1.1\r\nHost: ${host}\r\napikey: ${attacker.serviceRoleKey}\r\n`;
    const both = `${head}Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`;
    const twoLengths = `${head}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`;
    for (const request of [both, twoLengths]) {
      expect((await raw(request))[0]).toBe(400);
    }
  });

  it("knows each project by path, by header and by subdomain", async () => {
    const { urls } = await platform();
    const host = new URL(urls.gateway).host;
    const tail = `apikey: ${victim.serviceRoleKey}\r\nConnection: close\r\n\r\n`;
    expect(await raw(`GET /projects/${victim.ref}/rest/v1/secrets HTTP/1.1\r\nHost: ${host}\r\n${tail}`)).toEqual([
      200,
    ]);
    expect(
      await raw(`GET /rest/v1/secrets HTTP/1.1\r\nHost: ${host}\r\nX-Project-Id: ${victim.ref}\r\n${tail}`),
    ).toEqual([200]);
    expect(await raw(`GET /rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.${host}\r\n${tail}`)).toEqual([200]);
  });

  it("answers 404 for a project that does not exist", async () => {
    const { urls } = await platform();
    const answer = await fetch(`${urls.gateway}/projects/${"z".repeat(20)}/rest/v1/x`, {
      headers: { apikey: victim.anonKey },
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining("project") });
  });
});
