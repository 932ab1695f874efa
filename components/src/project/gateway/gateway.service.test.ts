import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayConfOptions } from "./gatewayOptions.ts";
import { GatewayBench, type GatewayUnderTest } from "./gatewayUnderTest.ts";
import { jwtOf, KEYS, OPTIONS } from "./testOptions.ts";

const IMAGE = "supalove/nginx:dev";
const bearer = (token: string) => `Bearer ${token}`;
const USER = jwtOf("a user");
const ANON = { apikey: KEYS.publishableKey };
const OFF: GatewayConfOptions = {
  ...OPTIONS,
  services: {
    rest: { host: "nowhere", port: 3000 },
    auth: { host: "rest", port: 1 },
    storage: { host: "comes-later", port: 5000 },
    realtime: null,
    functions: null,
    meta: null,
  },
  routes: [{ path: "/anything", target: "https://echo:3001", auth: "none", stripPath: false }],
};

const bench = new GatewayBench(IMAGE);
let gateway: GatewayUnderTest;
let broken: GatewayUnderTest;

beforeAll(async () => {
  await bench.start();
  gateway = await bench.startGateway("gateway", { ...OPTIONS, databasePort: true });
  broken = await bench.startGateway("broken", OFF);
});
afterAll(() => bench.stop());

describe("routes", () => {
  it.each([
    ["/rest/v1/todos?select=*", 3000, "/todos?select=*", "/rest/v1"],
    ["/rest/v1/", 3000, "/", "/rest/v1"],
    ["/rest/v1", 3000, "/", "/rest/v1"],
    ["/rest/v1?a=1", 3000, "/?a=1", "/rest/v1"],
    ["/graphql/v1", 3000, "/rpc/graphql", "/graphql/v1"],
    ["/auth/v1/user", 9999, "/user", "/auth/v1"],
    ["/storage/v1/object/a", 5000, "/object/a", "/storage/v1"],
    ["/storage/v1/s3/bucket?list-type=2", 5000, "/s3/bucket?list-type=2", "/storage/v1"],
    ["/realtime/v1/api/broadcast", 4000, "/api/broadcast", "/realtime/v1/api"],
    ["/realtime/v1/websocket?vsn=1.0.0", 4000, "/socket/websocket?vsn=1.0.0", "/realtime/v1"],
    ["/functions/v1/hello/world?x", 9000, "/hello/world?x", "/functions/v1"],
    ["/billing/x?y", 3001, "/base/x?y", "/billing"],
    ["/billing", 3001, "/base/", "/billing"],
  ])("%s", async (path, port, url, prefix) => {
    const { echo, status } = await gateway.ask(path, { headers: ANON });
    expect([status, echo.port, echo.url, echo.headers["x-forwarded-prefix"]]).toEqual([200, port, url, prefix]);
  });

  it("are open where auth has pages and callbacks", async () => {
    const paths = ["verify?token=t", "callback", "authorize?provider=x", ".well-known/jwks.json", "sso/saml/acs",
      "sso/saml/metadata", ".well-known/oauth-authorization-server"]; // biome-ignore format: list
    for (const path of paths) expect((await gateway.ask(`/auth/v1/${path}`)).echo.url).toBe(`/${path}`);
    for (const path of ["/sso/saml/acs", "/.well-known/oauth-authorization-server/auth/v1"]) {
      expect((await gateway.ask(path)).echo.url).toBe(path);
    }
    for (const path of ["/auth/v1/verifyx", "/auth/v1/admin/users", "/auth/v1/verify%2e", "/auth/v1/sso"]) {
      expect((await gateway.ask(path)).code).toBe("no_api_key");
    }
  });

  it("end where Supabase has none", async () => {
    for (const path of [
      "/",
      "/x",
      "/rest-admin",
      "/rest/v2",
      "/rest/v1x",
      "/pgx",
      "/billingx",
      "/.gateway/invalid_request",
    ]) {
      const { status, code, headers } = await gateway.ask(path, { headers: ANON });
      expect([path, status, code]).toEqual([path, 404, path.startsWith("/.gateway") ? undefined : "route_not_found"]);
      if (code) expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    }
  });

  it("deny Realtime's own administration, however it is written", async () => {
    for (const path of ["tenants", "tenants/x", "openapi", "/tenants", "%74enants", "tenants?x"]) {
      const headers = { apikey: KEYS.secretKey };
      expect((await gateway.ask(`/realtime/v1/api/${path}`, { headers })).code).toBe("route_denied");
    }
  });

  it("give GraphQL its schema and take the client's", async () => {
    const headers = { ...ANON, "content-profile": "other", "accept-profile": "other" };
    const { echo } = await gateway.ask("/graphql/v1?x=1", { method: "POST", headers, body: "{}" });
    expect(echo).toMatchObject({ url: "/rpc/graphql?x=1", headers: { "content-profile": "graphql_public" } });
    expect(echo.headers).not.toHaveProperty("accept-profile");
  });

  it("keep every byte of path and query", async () => {
    for (const tail of [
      "/a%2Fb//c%20d%C3%A4",
      "//x",
      "/%3Fq=1?a=%26&b=%2F",
      "/a+b?x=y?z",
      "/~!$&'()*+,;=:@",
      "/%25252F",
    ]) {
      expect((await gateway.ask(`/storage/v1${tail}`)).echo.url).toBe(tail);
      expect((await gateway.ask(`/functions/v1${tail}`)).echo.url).toBe(tail);
      expect((await gateway.ask(`/billing${tail}`)).echo.url).toBe(`/base${tail}`);
    }
  });

  it("refuse what two readers may understand differently", async () => {
    for (const tail of [
      "/../pg/x",
      "/a/..",
      "/a%2f..%2fb",
      "/%2e%2e/b",
      "/./b",
      "/a\\b",
      "/a%5Cb",
      "/a%00",
      "/a%0a",
      "/a#b",
    ]) {
      expect([tail, (await gateway.ask(`/storage/v1${tail}`)).status]).toEqual([tail, expect.toBeOneOf([400, 404])]);
    }
    expect((await gateway.ask("/storage/v1/a%5Cb")).code).toBe("bad_request_target");
    expect((await gateway.ask("/%72est/v1/x", { headers: ANON })).code).toBe("route_not_found");
    expect((await gateway.ask("/rest/v1/x", { method: "PROPFIND", headers: ANON })).code).toBe("method_not_allowed");
  });
});

describe("the end of a rotation's overlap", () => {
  it("comes by the gateway's own clock: old keys are refused from then on, new ones never", async () => {
    const until = Math.ceil(Date.now() / 1000) + 12;
    const previous = { ...KEYS.previous, until };
    const ending = await bench.startGateway("ending", { ...OPTIONS, keys: { ...KEYS, previous } });
    const old = [
      { apikey: previous.anonKey },
      { apikey: previous.secretKey },
      { authorization: bearer(previous.anonKey) },
      { authorization: bearer(previous.secretKey) },
      { apikey: previous.anonKey, authorization: bearer(previous.anonKey) },
      { apikey: previous.anonKey, authorization: bearer(USER) },
      { apikey: KEYS.anonKey, authorization: bearer(previous.anonKey) },
    ];
    const codes = async () => {
      const answers = [];
      for (const headers of old)
        answers.push(await ending.ask("/rest/v1/x", { headers: headers as Record<string, string> }));
      answers.push(await ending.ask(`/realtime/v1/websocket?apikey=${previous.anonKey}`));
      return answers.map(({ status, code }) => `${status} ${code ?? ""}`.trim());
    };
    expect(new Set(await codes())).toEqual(new Set(["200"]));
    expect(Date.now() / 1000).toBeLessThan(until);
    await sleep(until * 1000 - Date.now() + 20);
    expect(new Set(await codes())).toEqual(new Set(["401 invalid_api_key"]));
    for (const key of [KEYS.anonKey, KEYS.publishableKey, KEYS.serviceRoleKey, KEYS.secretKey]) {
      expect((await ending.ask("/rest/v1/x", { headers: { apikey: key, authorization: bearer(key) } })).status).toBe(
        200,
      );
    }
  });
});

describe("keys", () => {
  const shown = async (path: string, headers: Record<string, string>) => {
    const { echo, code } = await gateway.ask(path, { headers });
    return code ?? [echo.headers["authorization"], echo.headers["apikey"]];
  };

  it.each([
    ["legacy", { apikey: KEYS.anonKey }, [bearer(KEYS.anonKey), KEYS.anonKey]],
    ["publishable", { apikey: KEYS.publishableKey }, [bearer(KEYS.anonJwt), undefined]],
    ["secret", { apikey: KEYS.secretKey }, [bearer(KEYS.serviceJwt), undefined]],
    ["secret twice", { apikey: KEYS.secretKey, authorization: bearer(KEYS.secretKey) }, [bearer(KEYS.serviceJwt), undefined]],
    ["older legacy", { apikey: KEYS.previous.anonKey }, [bearer(KEYS.anonJwt), undefined]],
    ["older legacy twice", { apikey: KEYS.previous.anonKey, authorization: bearer(KEYS.previous.anonKey) }, [bearer(KEYS.anonJwt), undefined]],
    ["older secret", { apikey: KEYS.previous.secretKey }, [bearer(KEYS.serviceJwt), undefined]],
    ["user", { apikey: KEYS.publishableKey, authorization: bearer(USER) }, [bearer(USER), undefined]],
    ["apikey before another key", { apikey: KEYS.publishableKey, authorization: bearer(KEYS.secretKey) }, [bearer(KEYS.anonJwt), undefined]],
    ["legacy key of another role as token", { apikey: KEYS.anonKey, authorization: bearer(KEYS.serviceRoleKey) }, [bearer(KEYS.serviceRoleKey), KEYS.anonKey]],
    ["token alone: opaque", { authorization: bearer(KEYS.secretKey) }, [bearer(KEYS.serviceJwt), undefined]],
    ["token alone: legacy", { authorization: `bearer ${KEYS.anonKey}` }, [bearer(KEYS.anonKey), undefined]],
    ["token alone: user", { authorization: bearer(USER) }, [bearer(USER), undefined]],
    ["empty headers beside a token", { apikey: "", authorization: bearer(USER) }, [bearer(USER), undefined]],
    ["none", {}, "no_api_key"],
    ["an empty Bearer", { authorization: "Bearer" }, "no_api_key"],
    ["a wrong key", { apikey: "wrong" }, "invalid_api_key"],
    ["a wrong key with a user", { apikey: "wrong", authorization: bearer(USER) }, "invalid_api_key"],
    ["a key in the wrong case", { apikey: KEYS.secretKey.toLowerCase() }, "invalid_api_key"],
    ["a longer key", { apikey: `${KEYS.secretKey}x` }, "invalid_api_key"],
    ["a wrong opaque token", { authorization: "Bearer sb_secret_wrong" }, "invalid_api_key"],
    ["a wrong opaque token beside a key", { ...ANON, authorization: "Bearer sb_secret_wrong" }, "invalid_api_key"],
    ["a token that is no JWT", { authorization: "Bearer abc" }, "invalid_jwt"],
    ["Basic beside a key", { ...ANON, authorization: "Basic eDp5" }, "invalid_jwt"],
  ] as const)("rest: %s", async (_, headers, expected) => {
    expect(await shown("/rest/v1/t", headers)).toEqual(expected);
  }); // biome-ignore format: table

  it("answer with the routing gateway's body and headers", async () => {
    const { status, headers, text } = await gateway.ask("/rest/v1/t");
    expect([status, JSON.parse(text)]).toEqual([
      401,
      {
        code: "no_api_key",
        message: "No API key found in the request.",
        details: null,
        hint: "Send the project's anon key in the header `apikey` or in `Authorization: Bearer <key>`.",
      },
    ]);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "*",
      "www-authenticate": "Bearer",
      "cache-control": "no-store",
      "x-request-id": expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it("are taken from the query and out of it", async () => {
    for (const [query, left] of [
      [`?apikey=${KEYS.secretKey}`, ""],
      [`?apikey=${KEYS.secretKey}&a=%2F`, "?a=%2F"],
      [`?a=1&apikey=${KEYS.secretKey}&b=2`, "?a=1&b=2"],
      [`?a=1&xapikey=3&apikey=${KEYS.secretKey}`, "?a=1&xapikey=3"],
    ]) {
      const { echo } = await gateway.ask(`/rest/v1/t${query}`);
      expect([echo.url, echo.headers["authorization"]]).toEqual([`/t${left}`, bearer(KEYS.serviceJwt)]);
    }
    const same = await gateway.ask(`/rest/v1/t?apikey=${KEYS.secretKey}`, { headers: { apikey: KEYS.secretKey } });
    expect(same.status).toBe(200);
    for (const query of [`?apikey=${KEYS.secretKey}&x&apikey=${KEYS.secretKey}`, `?x&apikey=${KEYS.secretKey}`]) {
      expect((await gateway.ask(`/rest/v1/t${query}`, { headers: ANON })).code).toBe("ambiguous_request");
    }
  });

  it("reach Realtime in the header it reads first", async () => {
    const asked = await gateway.ask(`/realtime/v1/websocket?apikey=${KEYS.publishableKey}&vsn=1`, {
      headers: { "x-api-key": "forged" },
    });
    expect(asked.echo).toMatchObject({ url: "/socket/websocket?vsn=1", headers: { "x-api-key": KEYS.anonJwt } });
    expect((await gateway.ask("/realtime/v1/websocket")).code).toBe("no_api_key");
  });

  it("are asked for by postgres-meta: the service's, and nobody chooses its connection", async () => {
    const sent = { "x-connection-encrypted": "evil", "x-pg-application-name": "evil", "x-connection-any": "evil" };
    const headers = { ...sent, "content-type": "application/json", apikey: KEYS.secretKey };
    const { echo } = await gateway.ask("/pg/query?x=%2F", { method: "POST", headers, body: '{"query":""}' });
    expect(echo).toMatchObject({
      port: 8080,
      url: "/query?x=%2F",
      bytes: 12,
      headers: { "content-type": "application/json" },
    });
    expect(JSON.stringify(echo)).not.toMatch(/evil|sb_|x-connection|authorization/);
    expect((await gateway.ask("/pg/tables", { headers: { authorization: bearer(KEYS.serviceRoleKey) } })).status).toBe(
      200,
    );
    for (const [given, code] of [
      [{}, "no_api_key"],
      [{ authorization: bearer(USER) }, "no_api_key"],
      [ANON, "service_key_required"],
      [{ ...ANON, authorization: bearer(KEYS.serviceRoleKey) }, "service_key_required"],
      [{ authorization: bearer(KEYS.anonKey) }, "service_key_required"],
      [{ apikey: "wrong" }, "invalid_api_key"],
    ] as const) {
      expect((await gateway.ask("/pg/tables", { headers: given })).code).toBe(code);
    }
  });

  it.each([
    ["nothing", {}, [undefined, undefined]],
    ["an empty Authorization", { authorization: "" }, [undefined, undefined]],
    ["S3's signature", { authorization: "AWS4-HMAC-SHA256 Credential=a/b, Signature=c" }, ["AWS4-HMAC-SHA256 Credential=a/b, Signature=c", undefined]],
    ["an opaque key", { ...ANON, authorization: bearer(KEYS.publishableKey) }, [bearer(KEYS.anonJwt), undefined]],
    ["an opaque key as token", { authorization: bearer(KEYS.secretKey) }, [bearer(KEYS.serviceJwt), undefined]],
    ["a user", { ...ANON, authorization: bearer(USER) }, [bearer(USER), undefined]],
    ["an unknown opaque key", { apikey: "sb_secret_x", authorization: "Bearer sb_secret_x" }, [undefined, undefined]],
    ["an opaque key without Bearer", { authorization: KEYS.secretKey }, [undefined, undefined]],
  ] as const)("storage: %s", async (_, headers, expected) => {
    expect(await shown("/storage/v1/object/x", headers)).toEqual(expected);
  }); // biome-ignore format: table

  it("go on to functions, with a JWT beside opaque ones", async () => {
    const headers = { ...ANON, "sb-api-key": "forged", authorization: bearer(KEYS.publishableKey) };
    const { echo } = await gateway.ask("/functions/v1/f?apikey=own", { headers });
    expect(echo.url).toBe("/f?apikey=own");
    expect(echo.headers).toMatchObject({
      ...ANON,
      "sb-api-key": KEYS.anonJwt,
      authorization: bearer(KEYS.publishableKey),
    });
    for (const apikey of [KEYS.anonKey, "wrong"]) {
      const other = await gateway.ask("/functions/v1/f", { headers: { apikey, "sb-api-key": "forged" } });
      expect(other.echo.headers).not.toHaveProperty("sb-api-key");
    }
  });

  it("stay with the gateway on the project's own routes", async () => {
    expect(await shown("/billing", { ...ANON, authorization: bearer(KEYS.serviceRoleKey) })).toEqual([
      undefined,
      undefined,
    ]);
    expect(await shown("/billing", { authorization: bearer(USER) })).toEqual([bearer(USER), undefined]);
    expect(await shown("/members/x", {})).toBe("no_api_key");
    expect(await shown("/members/x", { authorization: bearer(USER) })).toBe("no_api_key");
    expect(await shown("/members/x", { ...ANON, authorization: bearer(USER) })).toEqual([bearer(USER), undefined]);
    expect(await shown("/billing/admin", ANON)).toBe("service_key_required");
    const { echo } = await gateway.ask("/billing/admin/x?y", { headers: { apikey: KEYS.secretKey } });
    expect([echo.url, echo.headers["host"]]).toEqual(["/billing/admin/x?y", "billing:3001"]);
  });

  it("let OAuth clients name themselves to auth", async () => {
    expect(await shown("/auth/v1/oauth/token", { ...ANON, authorization: "Basic eDp5" })).toEqual([
      "Basic eDp5",
      undefined,
    ]);
  });
});

describe("headers", () => {
  it("are what only a gateway may say", async () => {
    const forged = {
      "x-forwarded-prefix": "/projects/zzzzzzzzzzzzzzzzzzzz", "x-forwarded-host": "evil", "x-forwarded-port": "1",
      "x-forwarded-proto": "evil", "x-real-ip": "evil", forwarded: "evil", "x-original-url": "evil", te: "evil",
      "x-rewrite-url": "evil", "x-forwarded-path": "evil", "x-forwarded-server": "evil", "x-project-id": "evil",
      "proxy-authorization": "evil", "x-request-id": 'evil "id"', "x-forwarded-for": "192.0.2.1",
    }; // biome-ignore format: list
    const { echo } = await gateway.ask("/rest/v1/t", { headers: { ...ANON, ...forged, prefer: "return=minimal" } });
    expect(JSON.stringify(echo)).not.toMatch(/evil|zzzz/);
    expect(echo.headers).toMatchObject({
      host: "project.example:8443", "x-forwarded-host": "project.example:8443", "x-forwarded-port": "8443",
      "x-forwarded-proto": "http", "x-forwarded-for": expect.stringMatching(/^192\.0\.2\.1, /), prefer: "return=minimal",
    }); // biome-ignore format: list
  });

  it("of the routing gateway in front are believed", async () => {
    const headers = {
      "x-forwarded-prefix": `/projects/${OPTIONS.ref}`,
      "x-forwarded-proto": "https",
      "x-request-id": "req-12345678",
      host: "a.example",
    };
    const { echo, headers: answer } = await gateway.ask("/storage/v1/x", { headers });
    expect(echo.headers).toMatchObject({
      "x-forwarded-prefix": `/projects/${OPTIONS.ref}/storage/v1`,
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
      "x-request-id": "req-12345678",
    });
    expect(answer["x-request-id"]).toBe("req-12345678");
  });

  it("about origins are the gateway's, save on code of the project's own", async () => {
    const rest = await gateway.ask("/rest/v1/own", { headers: ANON });
    expect(rest.headers["access-control-allow-origin"]).toBe("*");
    expect(rest.headers).not.toHaveProperty("access-control-allow-credentials");
    expect(rest.headers["x-request-id"]).not.toMatch(/own/);
    expect(rest.echo.url).toBe("/own");
    const own = await gateway.ask("/functions/v1/own");
    expect(own.headers["access-control-allow-origin"]).toBe("https://own.example");
    expect((await gateway.ask("/functions/v1/f")).headers["access-control-allow-origin"]).toBe("*");
  });

  it("answer preflights without a key", async () => {
    const headers = {
      origin: "https://a.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "apikey, x-mine",
    };
    for (const path of ["/rest/v1/t", "/functions/v1/f", "/storage/v1/x", "/pg/x", "/members"]) {
      const { status, headers: answer } = await gateway.ask(path, { method: "OPTIONS", headers });
      expect([path, status]).toEqual([path, 204]);
      expect(answer).toMatchObject({
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "apikey, x-mine",
        "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS",
        "access-control-max-age": "3600",
      });
    }
    expect((await gateway.ask("/functions/v1/f", { method: "OPTIONS" })).echo.method).toBe("OPTIONS");
  });
});

describe("limits and failures", () => {
  it("refuse bodies that are too large, announced or not", async () => {
    const body = "x".repeat(OPTIONS.limits.bodyBytes);
    expect((await gateway.ask("/rest/v1/t", { method: "POST", headers: ANON, body })).echo.bytes).toBe(body.length);
    for (const path of ["/rest/v1/t", "/storage/v1/x", "/functions/v1/f"]) {
      for (const chunked of [false, true]) {
        const { status, code } = await gateway.ask(path, { method: "POST", headers: ANON, body: `${body}x`, chunked });
        expect([path, chunked, status, code]).toEqual([path, chunked, 413, "body_too_large"]);
      }
    }
  });

  it("take long URLs and say when they are too long", async () => {
    const { echo } = await gateway.ask(`/rest/v1/t?${"a".repeat(30_000)}`, { headers: ANON });
    expect(echo.url).toHaveLength(30_003);
    expect((await gateway.ask(`/rest/v1/t?${"a".repeat(40_000)}`, { headers: ANON })).code).toBe("headers_too_large");
    expect((await gateway.ask("/rest/v1/t", { headers: { "x-long": "a".repeat(40_000) } })).code).toBe(
      "headers_too_large",
    );
  });

  it("name a service that is off, is away or does not answer", async () => {
    for (const [path, service] of [["/pg/x", "meta"], ["/functions/v1/f", "functions"], ["/realtime/v1/api/x", "realtime"]]) {
      const { status, code, text } = await broken.ask(path ?? "", { headers: ANON });
      expect([status, code]).toEqual([503, "service_off"]);
      expect(text).toContain(`The service ${service} is off`);
    } // biome-ignore format: list
    for (const path of ["/rest/v1/t", "/auth/v1/user"]) {
      const { status, code } = await broken.ask(path, { headers: ANON });
      expect([status, code]).toEqual([503, "service_unreachable"]);
    }
    const cut = await gateway.ask("/rest/v1/cut", { headers: ANON });
    expect([cut.status, cut.code]).toEqual([502, "upstream_failed"]);
    const late = await gateway.ask("/rest/v1/slow", { headers: ANON });
    expect([late.status, late.code, late.headers["access-control-allow-origin"]]).toEqual([
      504,
      "upstream_timeout",
      "*",
    ]);
    expect((await gateway.ask("/rest/v1/teapot", { headers: ANON })).status).toBe(418);
  });

  it("tell a service whose address answers nobody from one that is slow", { timeout: 30_000 }, async () => {
    // As a container's is that has just stopped: the wait for it ends by the kernel's time or by nginx's, about the same.
    const host = broken.host.replace(/\d+\.\d+$/, (end) => (end === "0.250" ? "0.251" : "0.250"));
    const lost = await bench.startGateway("lost", {
      ...OPTIONS,
      services: { ...OPTIONS.services, rest: { host, port: 3000 } },
    });
    const answers = await Promise.all(
      [0, 700, 1400].map(async (after) => {
        await sleep(after);
        return lost.ask("/rest/v1/t", { headers: ANON });
      }),
    );
    for (const { status, code } of answers) expect([status, code]).toEqual([503, "service_unreachable"]);
  });

  it("refuse a server whose certificate does not hold", async () => {
    expect((await broken.ask("/anything")).code).toBe("service_unreachable");
  });

  it("follow a container that is made anew", async () => {
    expect((await broken.ask("/storage/v1/x")).status).toBe(503);
    for (const name of ["later", "again"]) {
      await bench.startEcho(name, ["comes-later"]);
      for (const end = Date.now() + 15_000; ; await sleep(200)) {
        const { status } = await broken.ask("/storage/v1/x");
        if (status === 200) break;
        if (Date.now() > end) throw new Error(`still ${status}`);
      }
      await bench.removeContainer(name);
    }
  });
});

describe("connections", () => {
  it("carry web sockets both ways", async () => {
    const socket = connect(8080, gateway.host);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.write(
      `GET /realtime/v1/websocket?apikey=${KEYS.publishableKey} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    const until = async (part: string) => {
      for (const end = Date.now() + 5_000; !text.includes(part); await sleep(20)) {
        if (Date.now() > end) throw new Error(`no ${part} in ${text}`);
      }
    };
    await until('"x-api-key"');
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
    expect(text).toContain('"url":"/socket/websocket"');
    socket.write("ping over there");
    await until("ping over there");
    socket.destroy();
  });

  it("stream events as they come", async () => {
    const req = get({ host: gateway.host, port: 8080, path: "/functions/v1/stream", agent: false });
    const [res] = await once(req, "response");
    const [chunk] = await once(res, "data");
    expect(String(chunk)).toContain("data: first");
    req.destroy();
  });

  it("answer bytes that are no request", async () => {
    const socket = connect(8080, gateway.host);
    socket.write("GET /rest/v1/t HTTP/1.1\r\nno header\r\n\r\n");
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 400 .*"code":"invalid_request"/s);
    socket.destroy();
  });

  it("reach the database by its own port", async () => {
    const socket = connect(5432, gateway.host);
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toBe("database");
    socket.destroy();
  });
});

describe("the log", () => {
  it("has a line for each request, and never a key", async () => {
    await gateway.ask(`/rest/v1/logged%22%2F?apikey=${KEYS.secretKey}`, {
      headers: { "x-request-id": "req-of-the-log" },
    });
    await broken.ask(`/rest/v1/logged?apikey=${KEYS.secretKey}`);
    // What a container prints comes to Docker's log a moment later.
    await expect.poll(() => gateway.log(), { timeout: 10_000 }).toContain("req-of-the-log");
    await expect.poll(() => broken.log(), { timeout: 10_000 }).toContain("/rest/v1/logged");
    const log = (await gateway.log()) + (await broken.log());
    expect(log).not.toMatch(/sb_(publishable|secret)|apikey|eyJ|\?/);
    const lines = log.split("\n").filter((line) => line.startsWith("{"));
    const line = lines.find((one) => one.includes("req-of-the-log")) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      method: "GET",
      path: "/rest/v1/logged%22%2F",
      status: 200,
      bytes: expect.any(Number),
      seconds: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-/),
    });
    for (const one of lines) expect(() => JSON.parse(one)).not.toThrow();
  });
});
