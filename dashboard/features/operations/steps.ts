import type { OperationEvent } from "@supalove/contracts";

export interface StepResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly op: string;
  readonly stage: "started" | "done" | "failed";
}

/** A phase of an operation with what happened in it. */
export interface Step {
  readonly phase: string;
  readonly message: string;
  readonly resources: readonly StepResource[];
}

export interface LogLine {
  readonly seq: number;
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
}

export interface Progress {
  readonly steps: readonly Step[];
  readonly log: readonly LogLine[];
}

/** Events with their numbers, in order. */
export type NumberedEvent = readonly [seq: number, event: OperationEvent];

/** Last word of a resource type: `postgresql:index/database:Database` is a `Database`. */
export const shortType = (type: string): string => type.split(":").at(-1) ?? type;

/** Puts an operation's events together to what a page shows. What came before the first phase belongs to a first step. */
export function foldEvents(events: readonly NumberedEvent[]): Progress {
  const steps: { phase: string; message: string; resources: Map<string, StepResource> }[] = [];
  const log: LogLine[] = [];
  const current = () => {
    const last = steps.at(-1);
    if (last !== undefined) return last;
    const first = { phase: "start", message: "Starting", resources: new Map<string, StepResource>() };
    steps.push(first);
    return first;
  };
  for (const [seq, event] of events) {
    switch (event.type) {
      case "phase":
        steps.push({ phase: event.phase, message: event.message, resources: new Map() });
        break;
      case "resource": {
        // The engine's own: the stack itself and its providers.
        if (event.resourceType.startsWith("pulumi:")) break;
        const { urn, name, resourceType, op, stage } = event;
        current().resources.set(urn, { urn, name, type: shortType(resourceType), op, stage });
        break;
      }
      case "diagnostic":
        log.push({ seq, severity: event.severity, message: event.message });
        break;
      case "status":
        break;
    }
  }
  return {
    steps: steps.map(({ phase, message, resources }) => ({ phase, message, resources: [...resources.values()] })),
    log,
  };
}
