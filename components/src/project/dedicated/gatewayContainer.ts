import * as pulumi from "@pulumi/pulumi";
import type { DedicatedSpec, ServerPlace } from "@supalove/contracts";
import { buildGatewayConf } from "../gateway/buildGatewayConf.ts";
import type { GatewayKeys } from "../gateway/gatewayOptions.ts";
import type { KeyOutputs, ProjectKeys } from "../projectKeys.ts";
import { HOSTS, PORTS } from "./buildServiceEnv.ts";

/** Largest request that a project's own gateway takes, in bytes; the routing gateway may take less. */
const BODY_BYTES = 50 * 1024 * 1024;
/** Longest time a service may take until its answer begins, in seconds. */
const TIMEOUT_SECONDS = 120;

/** What of a project's keys its gateway knows: not the secret that signed them. */
const apiKeys = ({ anonKey, serviceRoleKey, publishableKey, secretKey }: KeyOutputs) =>
  pulumi.output({ anonKey, serviceRoleKey, publishableKey, secretKey });

function gatewayKeys(keys: ProjectKeys): pulumi.Output<GatewayKeys> {
  const { previous: older } = keys;
  // The legacy keys are JWTs of their roles: what the services are shown for an opaque key.
  const current = apiKeys(keys).apply((now) => ({ ...now, anonJwt: now.anonKey, serviceJwt: now.serviceRoleKey }));
  if (older === null) return current;
  return pulumi.output({ now: current, before: apiKeys(older) }).apply(({ now, before }) => ({
    ...now,
    previous: { ...before, until: older.until },
  }));
}

/** A dedicated project's own gateway: on the edge network as well, with the one port that the project is reached by. */
export function gatewayContainerArgs({ ref, stack }: DedicatedSpec, place: ServerPlace, keys: ProjectKeys) {
  const { services, routes, publishDatabase } = stack;
  const backend = (on: boolean, host: string, port: number) => (on ? { host, port } : null);
  const conf = gatewayKeys(keys).apply((known) =>
    buildGatewayConf({
      ref,
      keys: known,
      services: {
        rest: backend(services.includes("rest"), HOSTS.rest, PORTS.rest),
        meta: backend(services.includes("meta"), HOSTS.meta, PORTS.meta),
        auth: null,
        storage: null,
        realtime: null,
        functions: null,
      },
      limits: { bodyBytes: BODY_BYTES, timeoutSeconds: TIMEOUT_SECONDS },
      routes: routes.map(({ path, target, auth, strip_path }) => ({ path, target, auth, stripPath: strip_path })),
      databasePort: publishDatabase,
    }),
  );
  return {
    image: stack.images.gateway,
    files: [{ path: "/etc/nginx/nginx.conf", content: conf.apply(({ nginxConf }) => nginxConf) }],
    networks: [{ name: place.edgeNetwork }],
    ports: [
      { internal: PORTS.gateway, external: stack.gatewayPort },
      ...(publishDatabase ? [{ internal: PORTS.db, external: stack.databasePort }] : []),
    ],
    bindAddress: place.bindAddress,
    wait: false,
  };
}
