import type { OperationStatus } from "@supalove/contracts";
import type { OperationPhase } from "@supalove/contracts/api/index.ts";
import clsx from "clsx";
import { duration } from "../../../ui/duration.ts";
import { isOver } from "../status.ts";
import type { Step, StepResource } from "../steps.ts";

interface Props {
  readonly steps: readonly Step[];
  readonly status: OperationStatus;
  /** How long the steps took, as far as they are over. */
  readonly phases: readonly OperationPhase[];
}

type StepState = "done" | "running" | "failed" | "stopped";

const MARKS: Readonly<Record<StepState, readonly [string, string, string]>> = {
  done: ["✓", "text-add", "done"],
  running: ["●", "text-edit breathing", "under way"],
  failed: ["✕", "text-cut", "failed"],
  stopped: ["–", "text-muted", "stopped"],
};

/** The steps of an operation, from first to last. */
export function OperationSteps({ steps, status, phases }: Props) {
  if (steps.length === 0) {
    return (
      <p className="px-4 py-3 text-sm text-muted">
        {status === "queued" ? "It waits for its turn." : "No step was reported."}
      </p>
    );
  }
  return (
    <ol className="divide-y" aria-label="Steps">
      {steps.map((step, at) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step's place never changes, and a phase may come twice
          key={at}
          className="px-4 py-2.5"
        >
          <StepRow step={step} state={stateOf(at, steps.length, status)} took={phases[at]?.milliseconds} />
        </li>
      ))}
    </ol>
  );
}

function stateOf(at: number, count: number, status: OperationStatus): StepState {
  if (at < count - 1 || status === "succeeded") return "done";
  if (status === "failed") return "failed";
  return isOver(status) ? "stopped" : "running";
}

function StepRow({
  step,
  state,
  took,
}: {
  readonly step: Step;
  readonly state: StepState;
  readonly took: number | undefined;
}) {
  const [mark, colour, words] = MARKS[state];
  return (
    <>
      <div className="flex items-baseline gap-3">
        <span aria-hidden className={clsx("w-3 text-center font-mono text-sm", colour)}>
          {mark}
        </span>
        <span className="min-w-0 flex-1 text-sm [overflow-wrap:anywhere]">
          {step.message}
          <span className="sr-only">, {words}</span>
        </span>
        {took !== undefined && state !== "running" && (
          <span className="font-mono text-xs text-muted">{duration(took)}</span>
        )}
      </div>
      {step.resources.length > 0 && (
        <ul className="ml-6 mt-1.5 grid gap-0.5">
          {step.resources.map((resource) => (
            <ResourceRow key={resource.urn} resource={resource} />
          ))}
        </ul>
      )}
    </>
  );
}

const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  create: ["+", "text-add"],
  update: ["~", "text-edit"],
  delete: ["−", "text-cut"],
};
const OTHER = ["·", "text-muted"] as const;

function ResourceRow({ resource: { name, type, op, stage } }: { readonly resource: StepResource }) {
  const [sign, colour] = (Object.hasOwn(SIGNS, op) ? SIGNS[op] : undefined) ?? OTHER;
  return (
    <li className="flex items-baseline gap-2 font-mono text-xs text-muted">
      <span aria-hidden className={stage === "failed" ? "text-cut" : colour}>
        {sign}
      </span>
      <span className="min-w-0 truncate">
        <span className="text-text">{type}</span> {name}
      </span>
      <span className={clsx("ml-auto", stage === "started" && "breathing", stage === "failed" && "text-cut")}>
        {stage === "started" ? "…" : stage}
      </span>
    </li>
  );
}
