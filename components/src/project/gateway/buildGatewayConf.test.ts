import { WishedRoute } from "@supalove/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGatewayConf } from "./buildGatewayConf.ts";
import { GatewayConfError } from "./gatewayConfError.ts";
import type { GatewayConfOptions, GatewayExtraRoute } from "./gatewayOptions.ts";
import { type Directive, parseConf } from "./parseConf.ts";
import { KEYS, OPTIONS } from "./testOptions.ts";

const parsed = (options: GatewayConfOptions) => parseConf(buildGatewayConf(options).nginxConf);

function all(list: readonly Directive[], name: string): Directive[] {
  return list.flatMap((one) => [...(one.words[0] === name ? [one] : []), ...all(one.body ?? [], name)]);
}
const argumentsOf = (list: readonly Directive[], name: string) => all(list, name).map(({ words }) => words.slice(1));
const location = (conf: readonly Directive[], pattern: string) => {
  const found = all(conf, "location").find(({ words }) => words.at(-1) === pattern);
  if (found === undefined) throw new Error(`no location ${pattern}`);
  return found.body ?? [];
};
/** The configuration without its texts: names of directives and how they are nested. */
const shape = (list: readonly Directive[]): unknown =>
  list.map(({ words, body }) => [words[0]?.startsWith("~") ? "~" : words[0], words.length, body && shape(body)]);
const failing = (options: GatewayConfOptions): string => {
  try {
    buildGatewayConf(options);
  } catch (error) {
    if (error instanceof GatewayConfError) return error.option;
    throw error;
  }
  return "";
};
const withRoute = (route: Partial<GatewayExtraRoute>): GatewayConfOptions => ({
  ...OPTIONS,
  routes: [{ path: "/mine", target: "http://mine:80", auth: "none", stripPath: true, ...route }],
});

const OLDER = [KEYS.previous.anonKey, KEYS.previous.secretKey];

describe("the configuration", () => {
  const conf = parsed(OPTIONS);

  it("loads dynamic modules first, and writes nowhere but to /tmp and the container's output", () => {
    expect(conf[0]?.words).toEqual(["include", "/etc/nginx/modules-enabled/*.conf"]);
    expect(argumentsOf(conf, "pid")).toEqual([["/tmp/nginx.pid"]]);
    for (const name of ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]) {
      expect(argumentsOf(conf, `${name}_temp_path`)[0]?.[0]).toMatch(/^\/tmp\//);
    }
  });

  it("names every upstream behind a variable, so that nginx starts without it", () => {
    const targets = argumentsOf(conf, "proxy_pass").flat();
    expect(targets.length).toBeGreaterThan(10);
    for (const target of targets) expect(target).toMatch(/^https?:\/\/[a-z]+:\d+\$sl_\w+_target$/);
  });

  it("logs no query and no header", () => {
    const format = argumentsOf(conf, "log_format").flat().join("");
    expect(format).not.toMatch(/\$(request|request_uri|args|query_string|http_\w+|sl_target|arg_\w+)\b/);
    expect(argumentsOf(all(conf, "http")[0]?.body ?? [], "error_log")).toEqual([["/dev/stderr", "emerg"]]);
  });

  it("compares keys with regard to case, by regular expressions only", () => {
    const secrets = [KEYS.anonKey, KEYS.serviceRoleKey, KEYS.publishableKey, KEYS.secretKey, ...OLDER];
    const maps = all(conf, "map").flatMap(({ body }) => body ?? []);
    for (const secret of secrets) {
      const pattern = `~^${secret.replace(/[.-]/g, "\\$&")}$`;
      expect(maps.filter(({ words }) => words[0] === pattern).length).toBeGreaterThan(1);
      expect(maps.some(({ words }) => words[0]?.toLowerCase() === secret.toLowerCase())).toBe(false);
    }
  });

  it("shows services no opaque and no older key", () => {
    const hidden = [KEYS.publishableKey, KEYS.secretKey, ...OLDER];
    const values = all(conf, "map").flatMap(({ body }) => (body ?? []).map(({ words }) => words[1] ?? ""));
    for (const key of hidden) expect(values.some((value) => value.includes(key))).toBe(false);
  });

  it("sends postgres-meta nothing but named headers", () => {
    const meta = location(conf, "^/pg(?:/|$)");
    expect(argumentsOf(meta, "proxy_pass_request_headers")).toEqual([["off"]]);
    const names = argumentsOf(meta, "proxy_set_header").map(([name]) => name);
    expect(names).not.toContain("Authorization");
    expect(names.join()).not.toMatch(/x-connection|x-pg-/i);
  });

  it("forwards the database's port on demand, after its module is loaded", () => {
    expect(all(conf, "stream")).toEqual([]);
    const stream = all(parsed({ ...OPTIONS, databasePort: true }), "stream")[0]?.body ?? [];
    expect(argumentsOf(stream, "listen")[0]?.[0]).toBe("5432");
    expect(argumentsOf(stream, "default")).toEqual([["db:5432"]]);
  });

  it("has no way to a service that is off", () => {
    const off = parsed({ ...OPTIONS, services: { ...OPTIONS.services, meta: null }, routes: [] });
    expect(argumentsOf(location(off, "^/pg(?:/|$)"), "proxy_pass")).toEqual([]);
    expect(argumentsOf(location(off, "^/pg(?:/|$)"), "set")).toEqual([["$sl_service", "meta"]]);
  });

  it("verifies certificates of https targets", () => {
    const own = location(parsed(withRoute({ target: "https://api.example.com/v2/" })), "^/mine(?:/|$)");
    expect(argumentsOf(own, "proxy_ssl_verify")).toEqual([["on"]]);
    expect(argumentsOf(own, "proxy_ssl_name")).toEqual([["api.example.com"]]);
    expect(argumentsOf(own, "proxy_pass")).toEqual([["https://api.example.com:443$sl_extra0_target"]]);
  });
});

describe("options", () => {
  it.each([
    "/rest/v1", "/rest", "/rest/v1/x", "/rest-admin", "/graphql", "/auth/v1", "/storage", "/realtime/v1/api", "/functions/x",
    "/pg", "/pg/", "/healthz", "/sso/saml/acs", "/.well-known/oauth-authorization-server", "/.gateway/x", "/projects",
  ])("refuse a route of the project's own at %s", (path) => {
    expect(failing(withRoute({ path }))).toBe("routes[0].path");
  }); // biome-ignore format: read as a list

  it.each(["", "mine", "/a b", "/a;b", "/a{", "/a$b", "/a//b", "/a/../b", "/.", `/${"a".repeat(101)}`, "/a\n"])(
    "refuse the path %j",
    (path) => expect(failing(withRoute({ path }))).toBe("routes[0].path"),
  );

  it.each([
    "", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://u:p@a", "http://a/?x", "http://a/#x", "http://a/$x",
    "http://a/b;", "http://a/ b", "http://a\n", "http://[::1]", "http://-a", "http://a/../b", "//a", "HTTP://a",
  ])("refuse the target %j", (target) => {
    expect(failing(withRoute({ target }))).toBe("routes[0].target");
  }); // biome-ignore format: read as a list

  it("take every route that the API takes", () => {
    const segment = fc.oneof(
      fc.constantFrom("rest", "projects", "sso", "mcp", "rest-admin", "..", ".", "a", "a.b", "A-_", "x".repeat(40)),
      fc.string({ unit: fc.constantFrom(..."ab9._-~"), maxLength: 41 }),
    );
    const below = fc.array(segment, { maxLength: 5 }).map((parts) => parts.map((part) => `/${part}`).join(""));
    const host = fc.oneof(
      fc.constantFrom("meta", "api.example.com", "8.8.8.8", "10.0.0.7", "localhost", "a..b", "a-"),
      fc.domain(),
      fc.ipV4(),
    );
    const port = fc.oneof(
      fc.constant(""),
      fc.integer({ min: 0, max: 99_999 }).map((number) => `:${number}`),
    );
    const target = fc
      .tuple(fc.constantFrom("http", "https"), host, port, below, fc.constantFrom("", "/"))
      .map(([scheme, ...rest]) => `${scheme}://${rest.join("")}`);
    let taken = 0;
    fc.assert(
      fc.property(below, target, fc.boolean(), (path, to, strip) => {
        const wished = WishedRoute.safeParse({ path, target: to, strip_path: strip });
        if (!wished.success) return;
        taken += 1;
        const { auth } = wished.data;
        expect(failing(withRoute({ path, target: to, auth, stripPath: strip })), `${path} ${to}`).toBe("");
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("refuse two routes at one path", () => {
    const route = (path: string) => ({ path, target: "http://a", auth: "none", stripPath: true }) as const;
    expect(failing({ ...OPTIONS, routes: [route("/a"), route("/b"), route("/a")] })).toBe("routes[2].path");
  });

  it("refuse keys with unusual characters, and one key for two roles, without quoting them", () => {
    const keys = { ...OPTIONS.keys, secretKey: 'sb_secret_"; deny all' };
    expect(() => buildGatewayConf({ ...OPTIONS, keys })).toThrow(GatewayConfError);
    expect(() => buildGatewayConf({ ...OPTIONS, keys })).not.toThrow("deny");
    expect(failing({ ...OPTIONS, keys: { ...OPTIONS.keys, secretKey: KEYS.publishableKey } })).toBe("keys.secretKey");
    expect(failing({ ...OPTIONS, keys: { ...OPTIONS.keys, previous: { anonKey: "", until: 1 } } })).toBe(
      "keys.previous.anonKey",
    );
  });

  it("never break out of their directives, whatever their text", () => {
    const baseline = shape(parsed(withRoute({})));
    const nasty = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."ab/.-_:;{}\"'\\$#~ \n\t%()[]*?") }),
      fc.string({ unit: "binary" }),
      fc.constantFrom("http://a:1/b", "/ok", "host", "sb_secret_x.y-z", "a.b.cdefgh"),
    );
    type Change = (text: string) => GatewayConfOptions;
    const changes: Change[] = [
      (text) => withRoute({ path: text }),
      (text) => withRoute({ path: `/${text}` }),
      (text) => withRoute({ target: text }),
      (text) => withRoute({ target: `http://a/${text}` }),
      (text) => withRoute({ target: `http://${text}` }),
      (text) => ({ ...withRoute({}), ref: text }),
      (text) => ({ ...withRoute({}), services: { ...OPTIONS.services, rest: { host: text, port: 1 } } }),
      ...(["anonKey", "serviceRoleKey", "publishableKey", "secretKey", "anonJwt", "serviceJwt"] as const).map(
        (name): Change =>
          (text) => ({ ...withRoute({}), keys: { ...OPTIONS.keys, [name]: text } }),
      ),
      (text) => ({ ...withRoute({}), keys: { ...OPTIONS.keys, previous: { ...KEYS.previous, anonKey: text } } }),
    ];
    fc.assert(
      fc.property(nasty, fc.constantFrom(...changes), (text, change) => {
        let conf: Directive[];
        try {
          conf = parsed(change(text));
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayConfError);
          return;
        }
        expect(shape(conf)).toEqual(baseline);
      }),
      { numRuns: 400 },
    );
  });

  it("never break out by their numbers", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer()), (number) => {
        const good = Number.isSafeInteger(number) && number > 0;
        const limits = { bodyBytes: number, timeoutSeconds: 1 };
        expect(failing({ ...OPTIONS, limits })).toBe(good ? "" : "limits.bodyBytes");
      }),
      { numRuns: 50 },
    );
  });
});
