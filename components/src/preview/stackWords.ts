import { LABELS } from "@supalove/contracts";
import type { DetailedChange } from "@supalove/contracts/api/previews.ts";
import type { WordedChange } from "./changeWords.ts";
import type { Json } from "./redactor.ts";

interface ServiceWords {
  readonly name: string;
  /** How long it is away when it is made anew, as measured (docs/measurements.md). */
  readonly away: string;
}

/** Containers of a dedicated project, by the names of their resources. */
const STACK_CONTAINERS: Readonly<Record<string, ServiceWords>> = {
  "project-db": { name: "Postgres", away: "about 5 s" },
  "project-rest": { name: "the REST service", away: "about 1 s" },
  "project-meta": { name: "postgres-meta", away: "about 3 s" },
  "project-gateway": { name: "the gateway", away: "about 1 s, in which no request is answered" },
};

/** What a property of a container means to people; those that are not here are settings like any other. */
const REASONS: Readonly<Record<string, string>> = {
  image: "another image",
  mustRun: "it does not run",
  envs: "new settings",
  command: "new settings",
  uploads: "new configuration",
  ports: "other published ports",
  networksAdvanced: "other networks",
  healthcheck: "another health check",
  labels: "other labels",
};

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Sentences for a container of a dedicated project; undefined for any other container. */
export function stackContainerWords(change: WordedChange): string[] | undefined {
  const service = STACK_CONTAINERS[change.name];
  if (service === undefined) return undefined;
  const { name, away } = service;
  const why = reasons(change.detailed);
  switch (change.op) {
    case "create":
      return [`${sentence(name)} will be started${shareWords(change)}`];
    case "update":
      if (change.detailed.every(({ path }) => path === "networks")) {
        return change.detailed.map(
          ({ before, after }) => `${sentence(name)} is put back on its network (${before} -> ${after})`,
        );
      }
      if (change.detailed.some(({ path }) => path === "mustRun"))
        return [`${sentence(name)} does not run: it is started`];
      return [`${sentence(name)} goes on without a restart: ${why}`];
    case "replace":
      return [`${sentence(name)} restarts (${away}): ${why}`];
    case "delete":
      return [`${sentence(name)} is stopped and its container removed; what is in the project's volume stays`];
  }
}

/** Sentences for the restart of one container, which nothing of the project's description asks for. */
export function restartWords({ name, detailed }: WordedChange): string[] {
  const service = STACK_CONTAINERS[name] ?? { name, away: "some seconds" };
  return detailed.length > 0
    ? [`${sentence(service.name)} does not run: it is started`]
    : [`${sentence(service.name)} is stopped and started again (${service.away}); its settings and its data stay`];
}

function shareWords({ inputs }: WordedChange): string {
  const { memory, cpus } = inputs;
  const parts = [
    ...(typeof memory === "number" ? [`memory ${memory} MiB`] : []),
    ...(typeof cpus === "string" ? [`processors ${Number(cpus)}`] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Why a container changes, each reason once. */
function reasons(detailed: readonly DetailedChange[]): string {
  const words = detailed.flatMap(({ path, before, after }) => {
    const property = path.split(/[.[]/)[0] ?? path;
    if (property === "memory") return [`memory ${difference(before, after, " MiB")}`];
    if (property === "cpus") return [`processors ${difference(before, after)}`];
    // They follow from others.
    if (property === "memorySwap" || property === "drift") return [];
    if (property === "files") return [String(before)];
    const rotated = property === "labels" && JSON.stringify([before, after]).includes(LABELS.secrets);
    return [rotated ? "new keys or passwords" : (REASONS[property] ?? `${property} changes`)];
  });
  return [...new Set(words)].join(", ") || "it was changed by hand";
}

function difference(before: Json, after: Json, unit = ""): string {
  const [from, to] = [Number(before), Number(after)];
  if (!Number.isFinite(from) || !Number.isFinite(to)) return "changes";
  const by = Math.round((to - from) * 10) / 10;
  return `${by > 0 ? "+" : ""}${by}${unit} (${from} -> ${to})`;
}
