import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { logoutTokenVerifier } from "./logoutToken.ts";

const ISSUER = "http://localhost:8180/realms/supalove";
const CLIENT = "supalove-dashboard";
const EVENTS = { "http://schemas.openid.net/event/backchannel-logout": {} };

let keys: CryptoKeyPair;
let other: CryptoKeyPair;
let verify: ReturnType<typeof logoutTokenVerifier>;

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  other = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k", alg: "RS256" };
  const settings = { issuer: ISSUER, clientId: CLIENT, jwksUrl: "http://unused.invalid" };
  verify = logoutTokenVerifier(settings, createLocalJWKSet({ keys: [jwk] }));
});

let count = 0;
interface Options {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly key?: CryptoKey;
  readonly issuedAt?: number;
}

function token({ claims = {}, issuer = ISSUER, audience = CLIENT, key = keys.privateKey, issuedAt }: Options = {}) {
  count += 1;
  return new SignJWT({ jti: `j${count}`, sid: "sid-1", sub: "ada", events: EVENTS, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k", typ: "logout+jwt" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .sign(key);
}

describe("logout tokens", () => {
  it("name the session that ends", async () => {
    expect(await verify(await token())).toEqual({ sid: "sid-1", subject: "ada" });
  });

  it("are good once", async () => {
    const once = await token();
    await verify(once);
    await expect(verify(once)).rejects.toThrow("used before");
  });

  it.each<[string, Options]>([
    ["another issuer", { issuer: "http://evil.example" }],
    ["another client", { audience: "supalove-cli" }],
    ["no event", { claims: { events: {} } }],
    ["a nonce, as ID tokens have", { claims: { nonce: "n" } }],
    ["nobody", { claims: { sid: undefined, sub: undefined } }],
    ["an old one", { issuedAt: Math.floor(Date.now() / 1000) - 3_600 }],
  ])("are refused: %s", async (_, options) => {
    await expect(verify(await token(options))).rejects.toThrow();
  });

  it("are refused when signed by somebody else, or not at all", async () => {
    await expect(verify(await token({ key: other.privateKey }))).rejects.toThrow();
    const [, payload] = (await token()).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    await expect(verify(`${none}.${payload}.`)).rejects.toThrow();
    await expect(verify("")).rejects.toThrow();
  });
});
