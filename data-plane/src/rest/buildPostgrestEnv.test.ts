import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tenantOf } from "../tenants/openTenant.ts";
import { makeTenant } from "../testing/testTenants.ts";
import { buildPostgrestEnv } from "./buildPostgrestEnv.ts";

const test = await makeTenant({ host: "shared-db", port: 5432 });
const build = (secrets: Partial<typeof test.secrets> = {}, rest: Partial<typeof test.config.rest> = {}) => {
  const config = { ...test.config, rest: { ...test.config.rest, ...rest } };
  const tenant = tenantOf({ ref: test.ref, status: "active", version: 1, config }, { ...test.secrets, ...secrets }, 0);
  return buildPostgrestEnv(tenant, "/run/s.sock");
};

describe("buildPostgrestEnv", () => {
  it("is the whole environment of a tenant's PostgREST", () => {
    const { PGRST_DB_URI, PGRST_JWT_SECRET, ...others } = build();
    expect(others).toEqual({
      PGRST_DB_SCHEMAS: "public",
      PGRST_DB_EXTRA_SEARCH_PATH: "public,extensions",
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_DB_CONFIG: "false",
      PGRST_DB_POOL: "5",
      PGRST_DB_POOL_ACQUISITION_TIMEOUT: "5",
      PGRST_DB_POOL_MAX_IDLETIME: "60",
      PGRST_DB_CHANNEL_ENABLED: "true",
      PGRST_DB_CHANNEL: "pgrst",
      PGRST_DB_MAX_ROWS: "1000",
      PGRST_SERVER_UNIX_SOCKET: "/run/s.sock",
      PGRST_SERVER_UNIX_SOCKET_MODE: "600",
      PGRST_LOG_LEVEL: "crit",
    });
    const uri = new URL(PGRST_DB_URI as string);
    expect([uri.username, uri.host, uri.pathname]).toEqual([
      `authenticator_${test.ref}`,
      "shared-db:5432",
      `/db_${test.ref}`,
    ]);
    expect(PGRST_JWT_SECRET).toContain('"alg":"HS256"');
  });

  it("carries any password and any secret unharmed: no file is read, no setting added", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (secret) => {
        const env = build({ jwtSecret: secret, passwords: { owner: "o", authenticator: secret } });
        const uri = env["PGRST_DB_URI"] as string;
        expect(uri).toMatch(/^postgres:\/\/authenticator_[a-z]{20}:[^@/?#]*@shared-db:5432\/db_[a-z]{20}\?[a-z_]+=/);
        expect(decodeURIComponent(/:([^:@]*)@/.exec(uri)?.[1] ?? "")).toBe(secret);
        const jwk = JSON.parse(env["PGRST_JWT_SECRET"] as string);
        expect(Buffer.from(jwk.keys[0].k, "base64url").toString()).toBe(Buffer.from(secret).toString());
      }),
    );
    expect(build({ jwtSecret: "@/etc/passwd" })["PGRST_JWT_SECRET"]).not.toContain("@");
  });

  it("takes the secret from before a rotation as well, until that has ended", () => {
    const { passwords: _, ...keys } = test.secrets;
    const secrets = { previous: { ...keys, jwtSecret: "the secret before", until: 100 } };
    const accepted = (now: number) => {
      const row = { ref: test.ref, status: "active" as const, version: 1, config: test.config };
      const env = buildPostgrestEnv(tenantOf(row, { ...test.secrets, ...secrets }, now), "/run/s.sock");
      const jwks: { keys: { k: string }[] } = JSON.parse(env["PGRST_JWT_SECRET"] as string);
      return jwks.keys.map(({ k }) => Buffer.from(k, "base64url").toString());
    };
    expect(accepted(99_999)).toEqual([test.secrets.jwtSecret, "the secret before"]);
    expect(accepted(100_000)).toEqual([test.secrets.jwtSecret]);
  });

  it("lets no schema name make two", () => {
    expect(build({}, { schemas: ["public", "a,pg_catalog"] })["PGRST_DB_SCHEMAS"]).toBe("public");
  });
});
