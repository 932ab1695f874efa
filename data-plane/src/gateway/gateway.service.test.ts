import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest, statusesOf } from "../testing/rawRequest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/testPlatform.ts";
import { type TestTenant, testJwt } from "../testing/testTenants.ts";

const SQL = `
  create table public.notes (id int generated always as identity primary key, owner text, body text);
  alter table public.notes enable row level security;
  create policy own on public.notes to authenticated
    using (owner = current_setting('request.jwt.claims', true)::json->>'sub')
    with check (owner = current_setting('request.jwt.claims', true)::json->>'sub');
  create table public.secrets (v text);
  create function public.headers() returns json language sql as $$ select current_setting('request.headers', true)::json $$;
  create function public.whoami() returns text language sql as $$ select current_user::text $$;
  create function public.big(n int) returns text language sql as $$ select repeat('x', n) $$;
  create function public.slow(s float8) returns int language sql as $$ select 1 from pg_sleep(s) $$;`;

let platform: TestPlatform;
let victim: TestTenant;
let mallory: TestTenant;

beforeAll(async () => {
  platform = await startTestPlatform();
  [victim, mallory] = await Promise.all([
    platform.createTenant({}, `${SQL} insert into public.secrets values ('crown jewels')`),
    platform.createTenant({}, `${SQL} insert into public.secrets values ('own')`),
  ]);
});
afterAll(() => platform.stop());

const get = (tenant: TestTenant, path: string, headers: Record<string, string>) =>
  fetch(platform.urlOf(tenant) + path, { headers });
const client = (tenant: TestTenant, key: string, token?: string) =>
  createClient(platform.urlOf(tenant), key, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(token === undefined ? {} : { accessToken: async () => token }),
  });

describe("supabase-js, unmodified", () => {
  it("writes and reads rows under row level security", async () => {
    for (const key of [victim.secrets.anonKey, victim.secrets.publishableKey]) {
      const [alice, bob] = await Promise.all(
        ["alice", "bob"].map((sub) => testJwt(victim.secrets.jwtSecret, { role: "authenticated", sub })),
      );
      const asAlice = client(victim, key, alice);
      const inserted = await asAlice.from("notes").insert({ owner: "alice", body: "hello" }).select().single();
      expect(inserted.error).toBeNull();
      expect((await asAlice.from("notes").insert({ owner: "bob", body: "forged" })).error?.code).toBe("42501");
      expect((await client(victim, key, bob).from("notes").select()).data).toEqual([]);
      const updated = await asAlice.from("notes").update({ body: "bye" }).eq("id", inserted.data.id).select();
      expect(updated.data).toMatchObject([{ body: "bye" }]);
      const counted = await asAlice.from("notes").select("*", { count: "exact", head: true });
      expect(counted.count).toBe(1);
      expect((await asAlice.from("notes").delete().eq("id", inserted.data.id)).status).toBe(204);
      expect((await client(victim, key).from("notes").select()).data).toEqual([]);
    }
  });

  it("is service_role with either secret key", async () => {
    for (const key of [victim.secrets.serviceRoleKey, victim.secrets.secretKey]) {
      expect((await client(victim, key).rpc("whoami")).data).toBe("service_role");
      expect((await client(victim, key).from("secrets").select()).data).toEqual([{ v: "crown jewels" }]);
    }
  });

  it("parses the gateway's own errors", async () => {
    const { error, status } = await client(victim, mallory.secrets.anonKey).from("notes").select();
    expect(status).toBe(401);
    expect(error).toMatchObject({
      code: "invalid_api_key",
      message: expect.any(String),
      hint: expect.any(String),
      details: null,
    });
  });
});

describe("keys", () => {
  it("takes Authorization: Bearer alone, as in the first example of the documentation", async () => {
    const answer = await get(victim, "/rest/v1/notes", { authorization: `Bearer ${victim.secrets.anonKey}` });
    expect([answer.status, await answer.json()]).toEqual([200, []]);
  });

  it("opens nothing with another project's keys, in any header", async () => {
    const { anonKey, serviceRoleKey, publishableKey, secretKey, jwtSecret } = mallory.secrets;
    const forged = await testJwt(jwtSecret, { role: "service_role", ref: victim.ref, iss: "supabase" });
    for (const key of [anonKey, serviceRoleKey, publishableKey, secretKey, forged]) {
      for (const headers of [
        { apikey: key },
        { authorization: `Bearer ${key}` },
        { apikey: key, authorization: `Bearer ${victim.secrets.anonKey}` },
        { apikey: victim.secrets.anonKey, authorization: `Bearer ${key}` },
      ]) {
        const answer = await get(victim, "/rest/v1/secrets", headers as Record<string, string>);
        expect([answer.status, await answer.text()]).toEqual([401, expect.not.stringContaining("crown")]);
      }
    }
  });

  it("lets PostgREST judge a user's token beside a good apikey", async () => {
    const expired = await testJwt(victim.secrets.jwtSecret, { role: "authenticated", exp: 1 });
    const reach = await testJwt(victim.secrets.jwtSecret, { role: `postgres_${victim.ref}` });
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"role":"service_role"}').toString("base64url")}.`;
    const statuses = [];
    for (const token of [expired, reach, none]) {
      statuses.push(
        (await get(victim, "/rest/v1/secrets", { apikey: victim.secrets.anonKey, authorization: `Bearer ${token}` }))
          .status,
      );
    }
    expect(statuses).toEqual([401, 403, 401]);
  });
});

describe("projects", () => {
  it("are known by path, header and subdomain", async () => {
    const { port } = platform.gateway;
    const tail = `apikey: ${victim.secrets.serviceRoleKey}\r\nConnection: close\r\n\r\n`;
    for (const head of [
      `GET /projects/${victim.ref}/rest/v1/secrets HTTP/1.1\r\nHost: localhost:${port}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: localhost\r\nX-Project-Id: ${victim.ref}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.localhost:${port}`,
    ]) {
      const text = await rawRequest(port, `${head}\r\n${tail}`);
      expect(text).toContain("crown jewels");
      expect(statusesOf(text)).toEqual([200]);
    }
  });

  it("answers 404 for unknown ones, 503 for those that are not active", async () => {
    const headers = { apikey: victim.secrets.anonKey };
    const unknown = await fetch(`${platform.gateway.url}/projects/${"z".repeat(20)}/rest/v1/t`, { headers });
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      expect.objectContaining({ code: "project_not_found" }),
    ]);
    const tenant = await platform.createTenant();
    for (const [status, code] of [
      ["paused", "project_paused"],
      ["coming_up", "project_coming_up"],
      ["going_down", "project_going_down"],
    ] as const) {
      await platform.setRow(tenant, status);
      const began = performance.now();
      let body: { code?: string } = {};
      while (body.code !== code && performance.now() - began < 2_000) {
        const answer = await get(tenant, "/rest/v1/", { apikey: tenant.secrets.anonKey });
        body = (await answer.json()) as { code?: string };
        if (body.code === code) expect(answer.status).toBe(503);
      }
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});

describe("raw requests", () => {
  const host = () => `Host: localhost:${platform.gateway.port}\r\n`;
  const own = () => `apikey: ${mallory.secrets.serviceRoleKey}\r\nConnection: close\r\n\r\n`;

  it("refuses what names two projects", async () => {
    const { port } = platform.gateway;
    for (const request of [
      `GET /projects/${mallory.ref}/rest/v1/secrets HTTP/1.1\r\n${host()}X-Project-Id: ${victim.ref}\r\n${own()}`,
      `GET /projects/${mallory.ref}/rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.localhost\r\n${own()}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: ${victim.ref}.localhost\r\nX-Project-Id: ${mallory.ref}\r\n${own()}`,
      `GET /rest/v1/secrets HTTP/1.1\r\n${host()}X-Project-Id: ${mallory.ref}\r\nX-Project-Id: ${victim.ref}\r\n${own()}`,
      `GET /rest/v1/secrets HTTP/1.1\r\nHost: ${mallory.ref}.localhost\r\nHost: ${victim.ref}.localhost\r\n${own()}`,
      `GET /projects/${mallory.ref}/rest/v1/secrets HTTP/1.1\r\n${host()}apikey: ${victim.secrets.anonKey}\r\n${own()}`,
    ]) {
      expect(statusesOf(await rawRequest(port, request)), request).toEqual([400]);
    }
  });

  it("is not led astray by the request target", async () => {
    const { port } = platform.gateway;
    for (const target of [
      `/projects/${mallory.ref}/../${victim.ref}/rest/v1/secrets`,
      `/projects/${mallory.ref}/%2e%2e/${victim.ref}/rest/v1/secrets`,
      `/projects/${mallory.ref}%2f..%2f${victim.ref}/rest/v1/secrets`,
      `/projects/${mallory.ref}/rest/v1/../../${victim.ref}/rest/v1/secrets`,
      `//projects/${victim.ref}/rest/v1/secrets`,
      `/projects//${victim.ref}/rest/v1/secrets`,
      `/projects\\${victim.ref}\\rest\\v1\\secrets`,
      `http://${victim.ref}.localhost/rest/v1/secrets`,
      `/projects/${victim.ref.toUpperCase()}/rest/v1/secrets`,
      `/projects/${victim.ref}%00/rest/v1/secrets`,
      `/projects/${victim.ref}/rest/v1/secrets%0d%0aX-Project-Id:%20${mallory.ref}`,
      "*",
    ]) {
      const text = await rawRequest(port, `GET ${target} HTTP/1.1\r\n${host()}${own()}`);
      expect([400, 404], target).toContain(statusesOf(text)[0]);
      expect(text).not.toContain("crown");
    }
  });

  it("does not let a second request be smuggled behind a first", async () => {
    const { port } = platform.gateway;
    const inner = `GET /secrets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${victim.secrets.serviceRoleKey}\r\n\r\n`;
    const head = `POST /projects/${mallory.ref}/rest/v1/secrets HTTP/1.1\r\n${host()}apikey: ${mallory.secrets.serviceRoleKey}\r\nContent-Type: application/json\r\n`;
    for (const request of [
      `${head}Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
      `${head}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
      `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
      `${head}X: a\r\n b\r\nContent-Length: +5\r\n\r\n${inner}`,
      `${head}Content-Length: 0x10\r\n\r\n${inner}`,
      `${head}X-Y: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    ]) {
      const text = await rawRequest(port, request);
      expect(statusesOf(text)[0], request.slice(head.length, head.length + 60)).toBe(400);
      expect(text).not.toContain("crown");
    }
  });

  it("lets no Connection header strip what the gateway checked", async () => {
    const text = await rawRequest(
      platform.gateway.port,
      `GET /projects/${victim.ref}/rest/v1/rpc/whoami HTTP/1.1\r\n${host()}apikey: ${victim.secrets.anonKey}\r\nConnection: close, authorization\r\n\r\n`,
    );
    expect(statusesOf(text)).toEqual([400]);
  });

  it("answers garbage, too long headers and other methods clearly", async () => {
    const { port } = platform.gateway;
    expect(statusesOf(await rawRequest(port, "\x16\x03\x01 hello\r\n\r\n"))).toEqual([400]);
    expect(statusesOf(await rawRequest(port, `GET /${"a".repeat(40_000)} HTTP/1.1\r\n${host()}\r\n`))).toEqual([431]);
    expect(statusesOf(await rawRequest(port, `TRACE / HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`))).toEqual([405]);
    expect(await rawRequest(port, `CONNECT evil:443 HTTP/1.1\r\n${host()}\r\n`)).not.toContain(" 200");
    expect(statusesOf(await rawRequest(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))).toEqual([400]);
  });

  it("lets an upgrade to HTTP/2 be ignored", async () => {
    const text = await rawRequest(
      platform.gateway.port,
      `GET /projects/${victim.ref}/rest/v1/notes HTTP/1.1\r\n${host()}apikey: ${victim.secrets.anonKey}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
    );
    expect(statusesOf(text)).toEqual([200]);
  });
});

describe("headers", () => {
  it("shows PostgREST who asked, and not what the client says of itself", async () => {
    const answer = await get(victim, "/rest/v1/rpc/headers", {
      apikey: victim.secrets.secretKey,
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-host": "evil",
      forwarded: "for=6.6.6.6",
      "x-request-id": "my-request-0001",
      "x-custom": "kept",
    });
    const seen = (await answer.json()) as Record<string, string>;
    expect(seen).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": `127.0.0.1:${platform.gateway.port}`,
      "x-forwarded-prefix": `/projects/${victim.ref}/rest/v1`,
      "x-request-id": "my-request-0001",
      "x-custom": "kept",
    });
    expect(seen).not.toHaveProperty("forwarded");
    expect(JSON.stringify(seen)).not.toContain("sb_secret_");
    expect(answer.headers.get("x-request-id")).toBe("my-request-0001");
  });

  it("answers preflights itself and lets scripts read what they need", async () => {
    const preflight = await fetch(`${platform.urlOf(victim)}/rest/v1/notes`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "apikey,prefer,x-mine",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("apikey,prefer,x-mine");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    for (const key of [victim.secrets.anonKey, "wrong"]) {
      const answer = await get(victim, "/rest/v1/notes", { apikey: key, origin: "https://app.example" });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-expose-headers")).toContain("content-range");
    }
  });
});

describe("bodies and times", () => {
  const post = (path: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(platform.urlOf(victim) + path, {
      method: "POST",
      body,
      headers: { apikey: victim.secrets.serviceRoleKey, "content-type": "application/json", ...headers },
      ...(typeof body === "string" ? {} : { duplex: "half" }),
    } as RequestInit);
  const rows = (bytes: number) => JSON.stringify([{ owner: "bulk", body: "x".repeat(bytes) }]);
  const streamed = (text: string) =>
    new ReadableStream({
      start(controller) {
        for (let i = 0; i < text.length; i += 10_000)
          controller.enqueue(new TextEncoder().encode(text.slice(i, i + 10_000)));
        controller.close();
      },
    });

  it("carries small, large and streamed bodies, and large answers, byte for byte", async () => {
    expect((await post("/rest/v1/notes", rows(100))).status).toBe(201);
    expect((await post("/rest/v1/notes", rows(300_000))).status).toBe(201);
    expect((await post("/rest/v1/notes", streamed(rows(300_000)))).status).toBe(201);
    const { body } = (
      (await (
        await get(victim, "/rest/v1/notes?select=body&order=id.desc&limit=1", { apikey: victim.secrets.serviceRoleKey })
      ).json()) as { body: string }[]
    )[0] ?? { body: "" };
    expect(body.length).toBe(300_000);
    const large = await (await get(victim, "/rest/v1/rpc/big?n=20000000", { apikey: victim.secrets.anonKey })).text();
    expect(large.length).toBe(20_000_002);
  });

  it("refuses bodies above the project's limit, announced or not", async () => {
    for (const body of [rows(1_100_000), streamed(rows(1_100_000))]) {
      const answer = await post("/rest/v1/notes", body).catch(() => undefined);
      // A client that is still sending may see the connection end before it reads the answer.
      if (answer)
        expect([answer.status, await answer.json()]).toEqual([
          413,
          expect.objectContaining({ code: "body_too_large" }),
        ]);
    }
    expect((await post("/rest/v1/notes", rows(10))).status).toBe(201);
  });

  it("answers 504 when PostgREST takes too long, and goes on", async () => {
    const began = performance.now();
    const answer = await post("/rest/v1/rpc/slow", '{"s": 9}');
    expect([answer.status, await answer.json()]).toEqual([504, expect.objectContaining({ code: "upstream_timeout" })]);
    expect(performance.now() - began).toBeLessThan(7_500);
    expect((await get(victim, "/rest/v1/notes?limit=1", { apikey: victim.secrets.anonKey })).status).toBe(200);
  }, 20_000);

  it("passes a client's hanging up on", async () => {
    const abort = new AbortController();
    const pending = fetch(`${platform.urlOf(victim)}/rest/v1/rpc/slow?s=3`, {
      headers: { apikey: victim.secrets.anonKey },
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 100);
    await expect(pending).rejects.toThrow();
    expect((await get(victim, "/rest/v1/notes?limit=1", { apikey: victim.secrets.anonKey })).status).toBe(200);
  });
});

describe("other services", () => {
  it.each(["auth", "storage", "realtime", "functions"])("says that %s is not there yet", async (name) => {
    const answer = await get(victim, `/${name}/v1/anything`, { apikey: victim.secrets.anonKey });
    expect([answer.status, await answer.json()]).toEqual([
      501,
      expect.objectContaining({ code: "service_unavailable" }),
    ]);
  });

  it("says that GraphQL is not enabled, and knows no other routes", async () => {
    const headers = { apikey: victim.secrets.anonKey };
    expect(await (await get(victim, "/graphql/v1", headers)).json()).toMatchObject({ code: "graphql_not_enabled" });
    for (const path of ["/", "/rest/v2/x", "/rest/v1x", "/pg/query", "/projects"]) {
      expect((await get(victim, path, headers)).status, path).toBe(404);
    }
  });
});

describe("what is written about requests", () => {
  it("counts them without naming a tenant", async () => {
    const text = await (await fetch(`${platform.gateway.metricsUrl}/metrics`)).text();
    expect(text).toMatch(/supalove_gateway_requests_total\{service="rest",method="read",status="2xx"\} \d+/);
    expect(text).toMatch(/supalove_gateway_processes\{state="idle"\} \d/);
    expect(text).toMatch(/supalove_gateway_registry_connected 1/);
    expect(text).not.toContain(victim.ref);
    expect((await fetch(`${platform.gateway.metricsUrl}/ready`)).status).toBe(200);
  });
});
