import type { ChangeOp, PlannedChange } from "@supalove/contracts/api/index.ts";
import clsx from "clsx";
import type { ReactNode } from "react";
import { shortType } from "../../operations/steps.ts";
import { DetailRows } from "./DetailRows.tsx";

interface Look {
  readonly sign: string;
  readonly words: string;
  readonly sigil: string;
}

const LOOKS: Readonly<Record<ChangeOp, Look>> = {
  create: { sign: "+", words: "create", sigil: "bg-add-soft text-add" },
  update: { sign: "~", words: "change", sigil: "bg-edit-soft text-edit" },
  replace: { sign: "±", words: "replace", sigil: "bg-swap-soft text-swap" },
  delete: { sign: "−", words: "delete", sigil: "bg-cut-soft text-cut" },
};

/** Numbers of a diff, as in `12 to create, 1 to change`. */
export function countWords(changes: readonly Pick<PlannedChange, "op">[]): string {
  const parts = (Object.keys(LOOKS) as ChangeOp[]).flatMap((op) => {
    const count = changes.filter((change) => change.op === op).length;
    return count === 0 ? [] : [`${count} to ${LOOKS[op].words}`];
  });
  return parts.join(", ");
}

interface Props {
  readonly changes: readonly PlannedChange[];
  /** What stands beside a change, such as a mark. */
  readonly aside?: (change: PlannedChange) => ReactNode;
  /** Properties are shown without a click. */
  readonly unfolded?: boolean;
}

/** A diff: each resource with what happens to it, its properties one click further. */
export function ChangeList({ changes, aside, unfolded = false }: Props) {
  return (
    <ol aria-label="Changes" className="divide-y">
      {changes.map((change) => (
        <li key={change.urn} className="flex">
          <ChangeRow change={change} aside={aside?.(change)} unfolded={unfolded} />
        </li>
      ))}
    </ol>
  );
}

interface RowProps {
  readonly change: PlannedChange;
  readonly aside: ReactNode;
  readonly unfolded: boolean;
}

function ChangeRow({ change, aside, unfolded }: RowProps) {
  const { op, type, name, summary, destructive, detailed } = change;
  const { sign, words, sigil } = LOOKS[op];
  return (
    <>
      <span aria-hidden className={clsx("w-9 shrink-0 py-2.5 text-center font-mono text-sm font-medium", sigil)}>
        {sign}
      </span>
      <div className="min-w-0 flex-1 px-3.5 py-2.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
          <span className="sr-only">{words}</span>
          <p className="whitespace-pre-line text-sm [overflow-wrap:anywhere]">
            {summary === "" ? `${words} ${name}` : summary.replaceAll(" -> ", " → ")}
            {destructive && (
              <span className="ml-2 rounded-sm bg-cut px-1.5 text-xs font-medium text-surface">data is lost</span>
            )}
          </p>
          <span className="flex items-baseline gap-3">
            {aside}
            <span className="font-mono text-xs text-muted [overflow-wrap:anywhere]">
              {shortType(type)} {name}
            </span>
          </span>
        </div>
        {detailed.length > 0 && <DetailRows details={detailed} open={unfolded || summary === ""} />}
      </div>
    </>
  );
}
