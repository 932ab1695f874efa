import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ExtraRoute } from "./dedicated.ts";
import { FIREWALLED, WishedRoute } from "./extraRoute.ts";

/** What is said against a route's fields. */
function faults(route: { readonly path?: string; readonly target?: string }): string[] {
  const { error } = WishedRoute.safeParse({ path: "/mine", target: "http://meta:8080", ...route });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
}

describe("a route's path", () => {
  it.each(["/billing", "/a/b/c/d", "/restaurant", "/REST", "/_-.x"])("may be %s", (path) => {
    expect(faults({ path })).toEqual([]);
  });

  it.each([
    "/rest", "/rest/x", "/rest-admin", "/graphql", "/auth/x", "/storage", "/realtime", "/functions", "/pg", "/healthz",
    "/projects", "/projects/x", "/sso/saml/acs", "/mcp",
  ])("is not %s, which is Supabase's", (path) => {
    expect(faults({ path })).toEqual(["path belongs to Supabase's own routes"]);
  }); // biome-ignore format: read as a list

  it.each(["", "/", "mine", "/a/", "/a//b", "/a/../b", "/.well-known", "/a b", "/a%20", "/a/b/c/d/e"])(
    "is not %j",
    (path) => expect(faults({ path })).toEqual([expect.stringMatching(/^path must be/)]),
  );
});

describe("a route's target", () => {
  it.each([
    "http://meta:8080", "http://rest:3000/", "https://api.example.com/v2/", "http://8.8.8.8:81/in", "http://a:65535",
    "http://172.15.255.255", "http://172.32.0.1", "http://localhost.example.com", "http://10.example.com",
  ])("may be %s", (target) => {
    expect(faults({ target })).toEqual([]);
  }); // biome-ignore format: read as a list

  it.each([
    "", "file:///etc/passwd", "http://", "http://a/?x", "http://a/#x", "http://u:p@a", "http://a/ b", "HTTP://a", "http://-a",
    "http://a:123456", `http://a/${"b".repeat(300)}`,
  ])("is not %j", (target) => {
    expect(faults({ target })).toEqual([expect.stringMatching(/^target must be http:/)]);
  }); // biome-ignore format: read as a list

  it.each(["http://a:0", "http://a:65536", "https://a:99999/x"])("has no such port: %s", (target) => {
    expect(faults({ target })).toEqual(["target must have a port from 1 to 65535"]);
  });

  it.each(["http://a//", "http://a/b//c", "http://a/../b", "http://a/b/..", "http://a/./b"])(
    "is plain: not %s",
    (target) => {
      expect(faults({ target })).toEqual(["target must have no empty and no dot segment in its path"]);
    },
  );

  it.each([
    "http://10.0.0.7:8080", "https://10.255.255.255/x", "http://172.16.0.1", "http://172.31.255.255", "http://192.168.1.1",
    "http://127.0.0.1:3000", "http://127.9.9.9", "http://169.254.169.254/latest", "http://100.64.0.1", "http://0.0.0.0",
    "http://198.19.0.1", "http://224.0.0.1", "http://255.255.255.255", "http://localhost:8080", "http://a.LOCALHOST",
  ])("is not private: not %s", (target) => {
    expect(faults({ target })).toEqual([
      "target is private, and gateways may go to public addresses only: name a container of the project, as http://meta:8080, or a public URL",
    ]);
  }); // biome-ignore format: read as a list

  it.each(["http://[::1]:80", "http://[fc00::1]/", "https://[fe80::1]", "http://[2001:db8::1]"])(
    "is no IPv6 address: not %s",
    (target) => expect(faults({ target })).toEqual([expect.stringMatching(/^target must not be an IPv6 address/)]),
  );

  it.each([
    "http://2130706433",
    "http://0x7f000001",
    "http://127.1",
    "http://0177.0.0.1",
    "http://010.0.0.7",
    "http://10.0.0.256",
    "http://1.2.3.4.5",
  ])("is no address in disguise: not %s", (target) =>
    expect(faults({ target })).toEqual([expect.stringMatching(/^target must name an address by four numbers/)]),
  );

  it("is refused exactly where the firewall lets no gateway go", () => {
    const script = readFileSync(new URL("../../images/firewall/firewall.sh", import.meta.url), "utf8");
    const dropped = /ip daddr \{ ([^}]+) \} drop/.exec(script)?.[1]?.split(", ") ?? [];
    expect(dropped.map((network) => network.trim())).toEqual(FIREWALLED);
  });
});

it("a row's route is taken whatever the rules are by now", () => {
  const stored = { path: "/mine", target: "http://10.0.0.7:8080", auth: "anon", strip_path: true };
  expect(ExtraRoute.parse(stored)).toEqual(stored);
});
