import { Health, Readiness } from "@supalove/contracts/api/index.ts";
import { dashboardEnv } from "../../../server/env.ts";
import type { PlatformPart, PlatformReport } from "../types.ts";

/** Longest wait for a part that is asked. */
const TIMEOUT_MS = 4_000;

/** How the parts that this server can ask over HTTP are. Containers and hosts are `./supalove status`'s matter. */
export async function examinePlatform(): Promise<PlatformReport> {
  const env = dashboardEnv();
  const [health, ready, identity] = await Promise.all([
    ask(`${env.API_URL}/v1/health`),
    ask(`${env.API_URL}/v1/readyz`),
    ask(`${env.OIDC_INSIDE_URL}/protocol/openid-connect/certs`),
  ]);
  const api = Health.safeParse(health.body);
  const readiness = Readiness.safeParse(ready.body);
  const parts: PlatformPart[] = [
    {
      name: "API",
      what: "Takes every wish of this console, the command line and Management API clients",
      ...(api.success ? { state: "ok", detail: `version ${api.data.version}` } : down(health)),
      milliseconds: health.milliseconds,
    },
    {
      name: "Control database",
      what: "Keeps projects, operations and their state",
      ...(readiness.success && readiness.data.ready
        ? { state: "ok", detail: "ready" }
        : health.status === undefined
          ? { state: "unknown", detail: "only the API can say, and it does not answer" }
          : down(ready)),
      milliseconds: ready.milliseconds,
    },
    {
      name: "Identity provider",
      what: "Signs people in",
      ...(identity.status === 200 ? { state: "ok", detail: "answers" } : down(identity)),
      milliseconds: identity.milliseconds,
    },
  ];
  return {
    instance: env.SUPALOVE_INSTANCE,
    parts,
    addresses: { api: env.PUBLIC_API_URL, gateway: env.PUBLIC_GATEWAY_URL, database: env.PUBLIC_DATABASE_ADDRESS },
  };
}

interface Asked {
  readonly status: number | undefined;
  readonly body: unknown;
  readonly milliseconds: number;
}

async function ask(url: string): Promise<Asked> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store", redirect: "error" });
    const body: unknown = await answer.json().catch(() => undefined);
    return { status: answer.status, body, milliseconds: took() };
  } catch {
    return { status: undefined, body: undefined, milliseconds: took() };
  }
}

const down = ({ status }: Asked): { state: "down"; detail: string } => ({
  state: "down",
  detail: status === undefined ? "does not answer" : `answers with status ${status}`,
});
