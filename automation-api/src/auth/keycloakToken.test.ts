import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "../http/apiError.ts";
import { oidcVerifier } from "./keycloakToken.ts";

const issuer = "http://localhost:8180/realms/supalove";
const audience = "supalove-api";
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

let server: Server;
let jwksUrl: string;
let keys: KeyPair;
let foreign: KeyPair;
let fetched = 0;

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  server = createServer((request, response) => {
    fetched += 1;
    if (request.url === "/broken") response.writeHead(500).end();
    else response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterAll(() => server.close());

interface Claims {
  iss?: string;
  aud?: string;
  azp?: string | undefined;
  exp?: number;
  kid?: string;
  key?: KeyPair["privateKey"];
  more?: Record<string, unknown>;
}
const now = () => Math.floor(Date.now() / 1000);
const token = (claims: Claims = {}) => {
  const azp = "azp" in claims ? claims.azp : "supalove-cli";
  return new SignJWT({ ...(azp === undefined ? {} : { azp }), preferred_username: "ada", ...claims.more })
    .setProtectedHeader({ alg: "RS256", kid: claims.kid ?? "k1" })
    .setSubject("subject-1")
    .setIssuer(claims.iss ?? issuer)
    .setAudience(claims.aud ?? audience)
    .setIssuedAt()
    .setExpirationTime(claims.exp ?? now() + 60)
    .sign(claims.key ?? keys.privateKey);
};
const verifier = (url = jwksUrl) => oidcVerifier({ issuer, jwksUrl: url, audience });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof ApiError ? error.code : "other"),
  );

describe("oidcVerifier", () => {
  it("takes a token of the right issuer, audience and client", async () => {
    expect(await verifier()(await token())).toEqual({
      subject: "subject-1",
      email: undefined,
      displayName: "ada",
      platformAdmin: false,
    });
  });

  it("sees who runs the platform", async () => {
    const identity = await verifier()(await token({ more: { realm_access: { roles: ["platform-admin"] } } }));
    expect(identity.platformAdmin).toBe(true);
  });

  it.each<[string, Claims]>([
    ["another issuer", { iss: "http://evil.example/realms/supalove" }],
    ["another audience", { aud: "account" }],
    ["another client", { azp: "some-app" }],
    ["no client", { azp: undefined }],
  ])("refuses %s", async (_what, claims) => {
    expect(await codeOf(verifier()(await token(claims)))).toBe("unauthorized");
  });

  it("refuses a signature of another key", async () => {
    expect(await codeOf(verifier()(await token({ key: foreign.privateKey })))).toBe("unauthorized");
    expect(await codeOf(verifier()(await token({ key: foreign.privateKey, kid: "k2" })))).toBe("unauthorized");
  });

  it("says that a token has expired", async () => {
    expect(await codeOf(verifier()(await token({ exp: now() - 60 })))).toBe("token_expired");
  });

  it("refuses symmetric and missing signatures", async () => {
    const { n = "" } = await exportJWK(keys.publicKey);
    const confused = await new SignJWT({ azp: "supalove-cli" })
      .setProtectedHeader({ alg: "HS256", kid: "k1" })
      .setSubject("x")
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime("1m")
      .sign(new TextEncoder().encode(n));
    expect(await codeOf(verifier()(confused))).toBe("unauthorized");
    const unsigned = new UnsecuredJWT({ azp: "supalove-cli" }).setIssuer(issuer).setAudience(audience).setSubject("x");
    expect(await codeOf(verifier()(unsigned.setExpirationTime("1m").encode()))).toBe("unauthorized");
  });

  it.each(["", "x", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", "é.é.é"])("refuses %j", async (text) => {
    expect(await codeOf(verifier()(text))).toBe("unauthorized");
  });

  it("fetches the key set once for many tokens", async () => {
    const verify = verifier();
    await verify(await token());
    const before = fetched;
    for (let i = 0; i < 5; i++) await verify(await token());
    expect(fetched).toBe(before);
  });

  it("does not blame the caller when the provider is down", async () => {
    expect(await codeOf(verifier("http://127.0.0.1:9/jwks")(await token()))).toBe("identity_provider_unavailable");
    expect(await codeOf(verifier(jwksUrl.replace("/jwks", "/broken"))(await token()))).toBe(
      "identity_provider_unavailable",
    );
  });
});
