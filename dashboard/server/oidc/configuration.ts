import { allowInsecureRequests, ClientSecretPost, Configuration, enableNonRepudiationChecks } from "openid-client";
import { dashboardEnv } from "../env.ts";

/** Longest wait for the identity provider, in seconds. */
const TIMEOUT = 10;

let made: Configuration | undefined;

/**
 * The identity provider as a client of it knows it. Written down rather than discovered: the browser goes to its public
 * address, this server to the inside one, and `iss` names the public one in both cases.
 */
export function oidcConfiguration(): Configuration {
  if (made !== undefined) return made;
  const env = dashboardEnv();
  const outside = `${env.OIDC_ISSUER}/protocol/openid-connect`;
  const inside = `${env.OIDC_INSIDE_URL}/protocol/openid-connect`;
  const configuration = new Configuration(
    {
      issuer: env.OIDC_ISSUER,
      authorization_endpoint: `${outside}/auth`,
      end_session_endpoint: `${outside}/logout`,
      token_endpoint: `${inside}/token`,
      jwks_uri: `${inside}/certs`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ["S256"],
    },
    env.OIDC_CLIENT_ID,
    { id_token_signed_response_alg: "RS256" },
    ClientSecretPost(env.OIDC_CLIENT_SECRET),
  );
  configuration.timeout = TIMEOUT;
  // The inside network has no TLS; what it carries never leaves the host's own networks.
  if (env.OIDC_INSIDE_URL.startsWith("http://")) allowInsecureRequests(configuration);
  enableNonRepudiationChecks(configuration);
  made = configuration;
  return configuration;
}
