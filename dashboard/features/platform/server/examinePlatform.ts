import { Health, Readiness } from "@supalove/contracts/api/index.ts";
import type { DashboardEnv } from "@supalove/contracts/serviceEnv.ts";
import type { PlatformPart, PlatformReport } from "../types.ts";

/** Longest wait for a part that is asked; all are asked at once. */
const TIMEOUT_MS = 4_000;

/** What of the server's settings is needed here. */
export type PlatformEnv = Pick<
  DashboardEnv,
  | "SUPALOVE_INSTANCE"
  | "PUBLIC_API_URL"
  | "PUBLIC_GATEWAY_URL"
  | "PUBLIC_DATABASE_ADDRESS"
  | "API_URL"
  | "OIDC_INSIDE_URL"
  | "GATEWAY_HEALTH_URL"
  | "RUNNER_HEALTH_URL"
  | "PROMETHEUS_URL"
>;

/**
 * How the parts of the platform are, by the health addresses that this server reaches on network `control`. It has no way to
 * the shared cluster: of that one the runner tells, which watches it all the time. Containers and hosts are
 * `./supalove status`'s matter.
 */
export async function examinePlatform(env: PlatformEnv, timeoutMs = TIMEOUT_MS): Promise<PlatformReport> {
  const { GATEWAY_HEALTH_URL: gateway, RUNNER_HEALTH_URL: runner, PROMETHEUS_URL: prometheus } = env;
  const at = (base: string | undefined, path: string) =>
    base === undefined ? undefined : ask(`${base}${path}`, timeoutMs);
  const [api, database, identity, routing, running, cluster, figures] = await Promise.all([
    ask(`${env.API_URL}/v1/health`, timeoutMs),
    ask(`${env.API_URL}/v1/readyz`, timeoutMs),
    ask(`${env.OIDC_INSIDE_URL}/protocol/openid-connect/certs`, timeoutMs),
    at(gateway, "/ready"),
    at(runner, "/readyz"),
    at(runner, "/parts/shared-cluster"),
    at(prometheus, "/-/ready"),
  ]);
  const parts: (PlatformPart | undefined)[] = [
    {
      name: "API",
      what: "Takes every wish of this console, the command line and Management API clients",
      ...stateOfApi(api),
      milliseconds: api.milliseconds,
    },
    {
      name: "Control database",
      what: "Keeps projects, operations and their state",
      ...stateOfDatabase(database, api),
      milliseconds: database.milliseconds,
    },
    {
      name: "Identity provider",
      what: "Signs people in",
      ...answersOk(identity, "answers"),
      milliseconds: identity.milliseconds,
    },
    routing && {
      name: "Gateway",
      what: "Leads requests to projects and serves those of the shared plan",
      ...answersOk(routing, "ready"),
      milliseconds: routing.milliseconds,
    },
    running && {
      name: "Runner",
      what: "Carries out operations: without it they wait",
      ...answersOk(running, "ready"),
      milliseconds: running.milliseconds,
    },
    cluster && {
      name: "Shared cluster",
      what: "Holds the databases of the shared plan",
      ...stateOfCluster(cluster),
      milliseconds: cluster.milliseconds,
    },
    figures && {
      name: "Prometheus",
      what: "Keeps figures and raises alerts",
      ...answersOk(figures, "ready"),
      milliseconds: figures.milliseconds,
    },
  ];
  return {
    instance: env.SUPALOVE_INSTANCE,
    parts: parts.filter((part) => part !== undefined),
    addresses: { api: env.PUBLIC_API_URL, gateway: env.PUBLIC_GATEWAY_URL, database: env.PUBLIC_DATABASE_ADDRESS },
  };
}

type Light = Pick<PlatformPart, "state" | "detail">;

function stateOfApi(asked: Asked): Light {
  const health = Health.safeParse(asked.body);
  return health.success ? { state: "ok", detail: `version ${health.data.version}` } : down(asked);
}

function stateOfDatabase(asked: Asked, api: Asked): Light {
  const readiness = Readiness.safeParse(asked.body);
  if (readiness.success && readiness.data.ready) return { state: "ok", detail: "ready" };
  if (api.status === undefined) return { state: "unknown", detail: "only the API can say, and it does not answer" };
  return down(asked);
}

function stateOfCluster({ status }: Asked): Light {
  if (status === 200) return { state: "ok", detail: "answers the runner" };
  if (status === 503) return { state: "down", detail: "does not answer the runner" };
  const why = status === undefined ? "only the runner can say, and it does not answer" : undefined;
  return { state: "unknown", detail: why ?? `the runner answers with status ${status}` };
}

const answersOk = (asked: Asked, detail: string): Light =>
  asked.status === 200 ? { state: "ok", detail } : down(asked);

interface Asked {
  readonly status: number | undefined;
  readonly body: unknown;
  readonly milliseconds: number;
}

async function ask(url: string, timeoutMs: number): Promise<Asked> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), cache: "no-store", redirect: "error" });
    const body: unknown = await answer.json().catch(() => undefined);
    return { status: answer.status, body, milliseconds: took() };
  } catch {
    return { status: undefined, body: undefined, milliseconds: took() };
  }
}

const down = ({ status }: Asked): Light => ({
  state: "down",
  detail: status === undefined ? "does not answer" : `answers with status ${status}`,
});
