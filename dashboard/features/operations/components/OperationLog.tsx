import clsx from "clsx";
import type { LogLine } from "../steps.ts";

const COLOURS = { info: "text-muted", warning: "text-edit", error: "text-cut" } as const;

/** What the engine and its providers said. */
export function OperationLog({ lines }: { readonly lines: readonly LogLine[] }) {
  return (
    <div
      role="log"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto bg-sunken p-3 font-mono text-xs leading-5"
    >
      {lines.map(({ seq, severity, message }) => (
        <p key={seq} className="flex gap-3">
          <span className={clsx("w-14 shrink-0", COLOURS[severity])}>{severity}</span>
          <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{message}</span>
        </p>
      ))}
    </div>
  );
}
