import { describe, expect, it } from "vitest";
import { buildKeycloakEnv } from "./identityProviderEnv.ts";
import { buildCliClient, buildDashboardClient, buildRealmSettings } from "./identityProviderSettings.ts";

const closed = { signUp: false, verifyEmail: false, mail: undefined };

describe("clients", () => {
  const dashboard = buildDashboardClient("https://console.example");
  const cli = buildCliClient();

  it.each([
    ["dashboard", dashboard],
    ["cli", cli],
  ])(
    "%s takes no password, no implicit token, no code without PKCE, and carries only the roles it is given",
    (_, client) => {
      expect(client).toMatchObject({
        directAccessGrantsEnabled: false,
        implicitFlowEnabled: false,
        serviceAccountsEnabled: false,
        fullScopeAllowed: false,
        standardFlowEnabled: true,
        pkceCodeChallengeMethod: "S256",
      });
      for (const uri of client.validRedirectUris as string[]) expect(uri).not.toContain("*");
    },
  );

  it("sends the dashboard's codes to one address, and its sign-outs to the dashboard's own server", () => {
    expect(dashboard.accessType).toBe("CONFIDENTIAL");
    expect(dashboard.validRedirectUris).toEqual(["https://console.example/auth/callback"]);
    expect(dashboard.backchannelLogoutUrl).toBe("http://dashboard:3000/auth/backchannel-logout");
  });

  it("lets command line tools use another screen", () => {
    expect(cli).toMatchObject({ accessType: "PUBLIC", oauth2DeviceAuthorizationGrantEnabled: true });
    expect(cli.validRedirectUris).toEqual(["http://127.0.0.1/callback"]);
  });
});

describe("realm", () => {
  it("offers a password reset only where mail can be sent", () => {
    expect(buildRealmSettings("r", closed)).toMatchObject({ resetPasswordAllowed: false, registrationAllowed: false });
    const mail = { host: "mail.example", port: 587, from: "no-reply@example.org", username: "u", password: "p" };
    expect(buildRealmSettings("r", { signUp: true, verifyEmail: true, mail })).toMatchObject({
      resetPasswordAllowed: true,
      registrationAllowed: true,
      verifyEmail: true,
      smtpServer: { host: "mail.example", port: "587", starttls: true, auth: { username: "u", password: "p" } },
    });
  });

  it("writes durations as Keycloak's provider reads them back", () => {
    const durations = Object.entries(buildRealmSettings("r", closed)).filter(([key]) => /Lifespan|Timeout/.test(key));
    expect(durations.length).toBeGreaterThan(5);
    for (const [key, value] of durations) expect(value, key).toMatch(/^(\d+h\d+m|\d+m)\d+s$/);
  });
});

describe("environment", () => {
  const env = (publicUrl: string) =>
    buildKeycloakEnv({
      publicUrl,
      database: { url: "jdbc:postgresql://control-db:5432/keycloak", username: "keycloak", password: "p" },
      bootstrapAdmin: { username: "root", password: "r" },
      provisioner: { clientId: "provisioner", secret: "s" },
    });

  it("believes a proxy's headers only where there is a proxy", () => {
    expect(env("http://localhost:8180")).not.toHaveProperty("KC_PROXY_HEADERS");
    expect(env("https://auth.example")).toHaveProperty("KC_PROXY_HEADERS", "xforwarded");
  });

  it("fixes the issuer and leaves the back channel to the name it was reached by", () => {
    expect(env("http://localhost:8180")).toMatchObject({
      KC_HOSTNAME: "http://localhost:8180",
      KC_HOSTNAME_BACKCHANNEL_DYNAMIC: "true",
      KC_CACHE: "local",
    });
  });
});
