import type { ClientArgs } from "@pulumi/keycloak/openid/client.js";
import type { RealmArgs } from "@pulumi/keycloak/realm.js";
import type * as pulumi from "@pulumi/pulumi";
import { DASHBOARD_PATHS, OIDC_CLIENTS } from "@supalove/contracts/api/identity.ts";

/** Client whose id is the audience of access tokens; `OIDC_AUDIENCE` of the API. */
export const API_CLIENT = "supalove-api";

const [DASHBOARD_CLIENT, CLI_CLIENT] = OIDC_CLIENTS;

export { CLI_CLIENT, DASHBOARD_CLIENT };

/** Dashboard as Keycloak's own calls reach it: by its alias on network control, where no name of the outside resolves. */
const DASHBOARD_INSIDE = "http://dashboard:3000";

/** A mail server, without which nobody can reset a password or prove an address. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly startTls?: boolean | undefined;
  readonly username?: string | undefined;
  readonly password?: pulumi.Input<string>;
}

/** What an operator may choose of the realm. */
export interface RealmSettings {
  /** Whether people make accounts for themselves. */
  readonly signUp: boolean;
  /** Whether a new account has to prove its e-mail address first; needs `mail`. */
  readonly verifyEmail: boolean;
  readonly mail: MailServer | undefined;
}

type Plain<T> = Omit<T, "realmId">;

/** Settings of the realm. Durations are in Go's form, as the provider reads them back: others would differ for ever. */
export function buildRealmSettings(realm: string, { signUp, verifyEmail, mail }: RealmSettings): RealmArgs {
  return {
    realm,
    enabled: true,
    displayName: "Supalove",
    // Plain HTTP only from private addresses, the loopback address included.
    sslRequired: "external",
    registrationAllowed: signUp,
    verifyEmail,
    resetPasswordAllowed: mail !== undefined,
    rememberMe: true,
    loginWithEmailAllowed: true,
    duplicateEmailsAllowed: false,
    editUsernameAllowed: false,
    // As NIST SP 800-63B has it: length before composition. The upper bound keeps hashing cheap to ask for.
    passwordPolicy: "length(12) and maxLength(128) and notUsername(undefined) and notEmail(undefined)",
    // Short, as the API checks tokens without asking Keycloak: so long does a revoked session keep working there.
    accessTokenLifespan: "5m0s",
    ssoSessionIdleTimeout: "12h0m0s",
    ssoSessionMaxLifespan: "24h0m0s",
    ssoSessionIdleTimeoutRememberMe: "168h0m0s",
    ssoSessionMaxLifespanRememberMe: "720h0m0s",
    accessCodeLifespan: "1m0s",
    accessCodeLifespanLogin: "30m0s",
    oauth2DeviceCodeLifespan: "10m0s",
    oauth2DevicePollingInterval: 5,
    securityDefenses: {
      bruteForceDetection: {
        permanentLockout: false,
        maxLoginFailures: 10,
        waitIncrementSeconds: 60,
        maxFailureWaitSeconds: 900,
        failureResetTimeSeconds: 43_200,
        // Two failures within a second are a program; it waits at least a minute.
        quickLoginCheckMilliSeconds: 1_000,
        minimumQuickLoginWaitSeconds: 60,
      },
    },
    ...(mail === undefined ? {} : { smtpServer: buildSmtpServer(mail) }),
  };
}

function buildSmtpServer(mail: MailServer): NonNullable<RealmArgs["smtpServer"]> {
  const { username, password } = mail;
  return {
    host: mail.host,
    port: String(mail.port),
    from: mail.from,
    fromDisplayName: "Supalove",
    starttls: mail.startTls ?? true,
    ...(username === undefined || password === undefined ? {} : { auth: { username, password } }),
  };
}

/** No way to a token but those each client names, and in it no role but those it is given. */
const CLOSED = {
  enabled: true,
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  // Whoever takes a password in place of the login page could keep it.
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  fullScopeAllowed: false,
  frontchannelLogoutEnabled: false,
} as const;

/** The console: its server keeps the secret and the tokens, the browser a session cookie. */
export function buildDashboardClient(dashboardUrl: string): Plain<ClientArgs> {
  return {
    ...CLOSED,
    clientId: DASHBOARD_CLIENT,
    name: "Supalove",
    accessType: "CONFIDENTIAL",
    standardFlowEnabled: true,
    pkceCodeChallengeMethod: "S256",
    baseUrl: `${dashboardUrl}/`,
    // Exact: a wildcard would let any open redirect of the console carry codes away.
    validRedirectUris: [dashboardUrl + DASHBOARD_PATHS.callback],
    validPostLogoutRedirectUris: [dashboardUrl + DASHBOARD_PATHS.signedOut],
    backchannelLogoutUrl: DASHBOARD_INSIDE + DASHBOARD_PATHS.backchannelLogout,
    backchannelLogoutSessionRequired: true,
  };
}

/** Command line tools: a code on another screen, or a browser that comes back to a port of this machine. */
export function buildCliClient(): Plain<ClientArgs> {
  return {
    ...CLOSED,
    clientId: CLI_CLIENT,
    name: "Supalove command line",
    accessType: "PUBLIC",
    standardFlowEnabled: true,
    oauth2DeviceAuthorizationGrantEnabled: true,
    pkceCodeChallengeMethod: "S256",
    // Any port of it is taken (RFC 8252, section 7.3).
    validRedirectUris: ["http://127.0.0.1/callback"],
  };
}
