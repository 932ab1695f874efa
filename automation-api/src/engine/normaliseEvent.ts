import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { OperationEvent } from "@supalove/contracts";

/** A diagnostic of the engine, with its resource where it has one. */
export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  readonly urn: string | undefined;
}

type ResourceEvent = Extract<OperationEvent, { type: "resource" }>;

/** Nothing happens to resources with these. */
const QUIET = new Set(["same", "read", "refresh"]);

/** The engine's event about a resource in our words; undefined for events about anything else and for no-ops. */
export function resourceEvent(event: EngineEvent): ResourceEvent | undefined {
  if (event.resourcePreEvent) return describe(event.resourcePreEvent.metadata, "started");
  if (event.resOutputsEvent) return describe(event.resOutputsEvent.metadata, "done");
  if (event.resOpFailedEvent) return describe(event.resOpFailedEvent.metadata, "failed");
  return undefined;
}

function describe(
  { op, urn, type }: { op: string; urn: string; type: string },
  stage: ResourceEvent["stage"],
): ResourceEvent | undefined {
  if (QUIET.has(op) && stage !== "failed") return undefined;
  return { type: "resource", urn, resourceType: type, name: urn.split("::").at(-1) ?? urn, op, stage };
}

const SEVERITIES: Readonly<Record<string, Diagnostic["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/** The engine's diagnostic in our words; undefined for debugging output, progress and what is not one. */
export function diagnosticOf(event: EngineEvent): Diagnostic | undefined {
  const diagnostic = event.diagnosticEvent;
  const severity = SEVERITIES[diagnostic?.severity ?? ""];
  if (!diagnostic || severity === undefined || diagnostic.ephemeral) return undefined;
  const message = stripMarkup(diagnostic.message);
  return message === "" ? undefined : { severity, message, urn: diagnostic.urn };
}

/** Colour is written as `<{%fg 1%}>` by the engine and as escape sequences by plugins. */
export const stripMarkup = (text: string) => stripVTControlCharacters(text.replaceAll(/<\{%[^%]*%\}>/g, "")).trim();
