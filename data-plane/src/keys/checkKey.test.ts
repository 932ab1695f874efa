import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { tenantOf } from "../tenants/openTenant.ts";
import type { Tenant } from "../tenants/tenant.ts";
import { makeTenant, type TestTenant, testJwt } from "../testing/testTenants.ts";
import { type Access, type Credentials, checkKey } from "./checkKey.ts";
import { refuseEnded } from "./refuseEnded.ts";
import { verifyJwt } from "./verifyJwt.ts";

let own: TestTenant;
let foreign: TestTenant;
let tenant: Tenant;
const now = () => Date.now() / 1000;

/** The access, or the code of the refusal. */
async function check(credentials: Credentials): Promise<Access | string> {
  try {
    return await checkKey(tenant, credentials, now());
  } catch (error) {
    return (error as { code: string }).code;
  }
}

beforeAll(async () => {
  [own, foreign] = await Promise.all([makeTenant({ host: "h", port: 1 }), makeTenant({ host: "h", port: 1 })]);
  tenant = tenantOf({ ref: own.ref, status: "active", version: 1, config: own.config }, own.secrets, Date.now());
});

describe("checkKey", () => {
  it("takes each of the project's keys as apikey, as Bearer, and as both", async () => {
    const { anonKey, serviceRoleKey, publishableKey, secretKey } = own.secrets;
    for (const [key, role] of [
      [anonKey, "anon"],
      [publishableKey, "anon"],
      [serviceRoleKey, "service_role"],
      [secretKey, "service_role"],
    ] as const) {
      for (const credentials of [
        { apikey: key },
        { authorization: `Bearer ${key}` },
        { apikey: key, authorization: `bearer ${key}` },
      ]) {
        const access = await check(credentials);
        expect(access).toMatchObject({ role });
        const shown = (access as Access).authorization;
        // A service sees a JWT of the role, never an opaque key.
        expect(shown).toMatch(/^Bearer eyJ/);
        const claims = JSON.parse(Buffer.from(shown.split(".")[1] as string, "base64url").toString());
        expect(claims).toMatchObject({ role, ref: own.ref });
      }
    }
  });

  it("shows the service the legacy apikey and hides the opaque one", async () => {
    expect(await check({ apikey: own.secrets.anonKey })).toMatchObject({ apikey: own.secrets.anonKey });
    expect(await check({ apikey: own.secrets.secretKey })).toMatchObject({ apikey: undefined });
  });

  it("keeps a user's token beside an apikey, and takes it alone", async () => {
    const user = await testJwt(own.secrets.jwtSecret, { role: "authenticated", sub: "u" });
    expect(await check({ apikey: own.secrets.publishableKey, authorization: `Bearer ${user}` })).toMatchObject({
      authorization: `Bearer ${user}`,
      role: "anon",
    });
    expect(await check({ authorization: `Bearer ${user}` })).toMatchObject({
      authorization: `Bearer ${user}`,
      role: "authenticated",
    });
    // The second time from memory.
    expect(await check({ authorization: `Bearer ${user}` })).toMatchObject({ role: "authenticated" });
  });

  it("refuses keys of another project everywhere", async () => {
    for (const key of [foreign.secrets.anonKey, foreign.secrets.publishableKey, foreign.secrets.secretKey]) {
      expect(await check({ apikey: key })).toBe("invalid_api_key");
      expect(await check({ apikey: key, authorization: `Bearer ${own.secrets.serviceRoleKey}` })).toBe(
        "invalid_api_key",
      );
      expect(["invalid_api_key", "invalid_jwt"]).toContain(await check({ authorization: `Bearer ${key}` }));
    }
    expect(await check({ apikey: own.secrets.anonKey, authorization: `Bearer ${foreign.secrets.secretKey}` })).toBe(
      "invalid_api_key",
    );
  });

  it("asks for a key where there is none", async () => {
    for (const none of [
      {},
      { apikey: "" },
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: "Bearer " },
    ]) {
      expect(await check(none)).toBe("no_api_key");
    }
    for (const other of ["Basic YTpi", "Bearer a b", "Bearer ä", "Token x", `Bearer ${own.secrets.anonKey},x`]) {
      expect(await check({ authorization: other })).toBe("invalid_jwt");
    }
  });

  it("refuses forged tokens", async () => {
    const secret = Buffer.from(own.secrets.jwtSecret);
    const claims = { role: "service_role" };
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const parts = own.secrets.serviceRoleKey.split(".");
    const header = (h: object) => Buffer.from(JSON.stringify(h)).toString("base64url");
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(publicKey.export({ type: "spki", format: "pem" }).toString())),
      await new SignJWT(claims).setProtectedHeader({ alg: "HS512" }).sign(Buffer.concat([secret, secret])),
      await new SignJWT(claims).setProtectedHeader({ alg: "HS384" }).sign(secret),
      await testJwt(foreign.secrets.jwtSecret, claims),
      [header({ alg: "RS256", typ: "JWT" }), ...parts.slice(1)].join("."),
      [header({ alg: "none" }), parts[1], ""].join("."),
      [parts[0], Buffer.from('{"role":"service_role","exp":9999999999}').toString("base64url"), parts[2]].join("."),
      `${own.secrets.serviceRoleKey}x`,
      await testJwt(own.secrets.jwtSecret, { role: "postgres" }),
      await testJwt(own.secrets.jwtSecret, { role: `postgres_${own.ref}` }),
      await testJwt(own.secrets.jwtSecret, { role: ["anon"] }),
      await testJwt(own.secrets.jwtSecret, {}),
      await testJwt(own.secrets.jwtSecret, { role: "anon", nbf: Math.floor(now()) + 600 }),
      "..", "a.b.c", "x",
    ]; // biome-ignore format: a list
    for (const token of forged)
      expect(await check({ authorization: `Bearer ${token}` }), token.slice(0, 40)).toBe("invalid_jwt");
  });

  it("refuses an expired token, and one that expires while it is remembered", async () => {
    const past = await testJwt(own.secrets.jwtSecret, { role: "anon", exp: Math.floor(now()) - 1 });
    expect(await check({ authorization: `Bearer ${past}` })).toBe("jwt_expired");
    const soon = await testJwt(own.secrets.jwtSecret, { role: "anon", exp: Math.floor(now()) + 5 });
    expect(await check({ authorization: `Bearer ${soon}` })).toMatchObject({ role: "anon" });
    expect(() => checkKey(tenant, { authorization: `Bearer ${soon}` }, now() + 6)).toThrow("JWT expired");
  });

  it("lets no made-up credentials pass", async () => {
    const some = fc.option(
      fc.oneof(
        fc.string(),
        fc.constantFrom("Bearer sb_secret_x", "sb_publishable_", "Bearer eyJhbGciOiJub25lIn0.e30."),
      ),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(some, some, async (apikey, authorization) => {
        const result = await check({
          ...(apikey === undefined ? {} : { apikey }),
          ...(authorization === undefined ? {} : { authorization }),
        });
        expect(["no_api_key", "invalid_api_key", "invalid_jwt"]).toContain(result);
      }),
    );
  });
});

describe("a rotation", () => {
  const UNTIL = 2_000_000_000;
  let before: TestTenant;
  const at = (seconds: number) => {
    const { passwords: _, ...keys } = before.secrets;
    const secrets = { ...own.secrets, previous: { ...keys, until: UNTIL } };
    return tenantOf({ ref: own.ref, status: "active", version: 2, config: own.config }, secrets, seconds * 1000);
  };
  beforeAll(async () => {
    before = await makeTenant({ host: "h", port: 1 });
  });
  const roles = [
    ["anonKey", "anon"],
    ["publishableKey", "anon"],
    ["serviceRoleKey", "service_role"],
    ["secretKey", "service_role"],
  ] as const;

  it("lets the old keys in, and shows services the new JWTs in their place", async () => {
    const during = at(UNTIL - 1);
    for (const [name, role] of roles) {
      const key = before.secrets[name];
      for (const credentials of [
        { apikey: key },
        { authorization: `Bearer ${key}` },
        { apikey: key, authorization: `Bearer ${key}` },
      ]) {
        const access = await checkKey(during, credentials, UNTIL - 1);
        expect(access).toMatchObject({ role, apikey: undefined });
        const token = access.authorization.replace("Bearer ", "");
        expect(await verifyJwt(tenant.jwtKeys, token), name).toMatchObject({ role });
      }
    }
    const user = await testJwt(before.secrets.jwtSecret, { role: "authenticated" });
    expect(await checkKey(during, { authorization: `Bearer ${user}` }, now())).toMatchObject({ role: "authenticated" });
    expect(during.endsAt).toBe(UNTIL * 1000);
  });

  it("refuses them from its moment on, to the second, and takes the new ones throughout", async () => {
    const after = at(UNTIL);
    const user = await testJwt(before.secrets.jwtSecret, { role: "authenticated" });
    for (const key of [...roles.map(([name]) => before.secrets[name]), user]) {
      for (const credentials of [{ apikey: key }, { authorization: `Bearer ${key}` }]) {
        await expect((async () => checkKey(after, credentials, UNTIL))(), key).rejects.toMatchObject({ status: 401 });
      }
    }
    for (const [name, role] of roles) {
      for (const when of [at(UNTIL - 1), after]) {
        expect(await checkKey(when, { apikey: own.secrets[name] }, UNTIL)).toMatchObject({ role });
      }
    }
  });

  it("of a dedicated project is ended on the way to its own gateway, wherever the old key stands", async () => {
    const user = await testJwt(before.secrets.jwtSecret, { role: "authenticated" });
    const refused = async (when: Tenant, credentials: Credentials, search = "") =>
      refuseEnded(when, credentials, search).then(
        () => false,
        () => true,
      );
    for (const [ended, when] of [
      [false, at(UNTIL - 1)],
      [true, at(UNTIL)],
    ] as const) {
      for (const [name] of roles) {
        const key = before.secrets[name];
        expect(await refused(when, { apikey: key })).toBe(ended);
        expect(await refused(when, { authorization: `bearer  ${key}` })).toBe(ended);
        expect(await refused(when, {}, `?vsn=1&apikey=${key}`)).toBe(ended);
      }
      expect(await refused(when, { apikey: own.secrets.anonKey, authorization: `Bearer ${user}` })).toBe(ended);
      // What the project's own gateway judges is left to it.
      for (const fine of [{ apikey: own.secrets.anonKey }, { authorization: "Basic YTpi" }, { apikey: "other" }, {}]) {
        expect(await refused(when, fine)).toBe(false);
      }
    }
  });
});
