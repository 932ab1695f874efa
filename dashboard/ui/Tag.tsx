import type { ReactNode } from "react";

/** A small fixed word, such as a plan. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return (
    <span className="inline-flex h-5 items-center rounded-sm border bg-sunken px-1.5 font-mono text-xs text-muted">
      {children}
    </span>
  );
}
