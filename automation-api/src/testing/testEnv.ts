import { ApiEnv, type Keyring } from "@supalove/contracts";

const key = (letter: string) => Buffer.alloc(32, letter).toString("base64url");

export const testKeyring: Keyring = { current: "m1", keys: { m1: key("m") } };
export const testDataPlaneKeyring: Keyring = { current: "d1", keys: { d1: key("d") } };

/** An api environment for tests; nothing in it is reachable but the database. */
export function testApiEnv(databaseUrl: string, overrides: Record<string, string> = {}): ApiEnv {
  return ApiEnv.parse({
    SUPALOVE_INSTANCE: "test",
    DATABASE_URL: databaseUrl,
    SUPALOVE_MASTER_KEY: JSON.stringify(testKeyring),
    PUBLIC_API_URL: "http://localhost:8000",
    PUBLIC_GATEWAY_URL: "http://localhost:8080",
    DATA_PLANE_URL: "http://127.0.0.1:9",
    DATA_PLANE_TOKEN: "t".repeat(32),
    OIDC_ISSUER: "http://localhost:8180/realms/supalove",
    OIDC_JWKS_URL: "http://127.0.0.1:9/jwks",
    OIDC_AUDIENCE: "supalove-api",
    STACK_IMAGES: JSON.stringify({
      db: "test/db:1",
      rest: "test/rest:1",
      meta: "test/meta:1",
      gateway: "test/gateway:1",
    }),
    ...overrides,
  });
}
