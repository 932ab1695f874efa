import clsx from "clsx";
import type { ReactNode } from "react";

interface PanelProps {
  readonly title?: string;
  /** One sentence under the title. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Content runs to the edges, as tables and lists do. */
  readonly flush?: boolean;
  readonly tone?: "plain" | "danger";
}

/** A titled part of a page. */
export function Panel({ title, about, actions, children, flush = false, tone = "plain" }: PanelProps) {
  return (
    <section
      className={clsx("overflow-hidden rounded-lg border bg-surface", tone === "danger" && "border-cut/50")}
      {...(title === undefined ? {} : { "aria-label": title })}
    >
      {title !== undefined && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b px-4 py-3">
          <div className="min-w-0">
            <h2 className={clsx("text-base", tone === "danger" && "text-cut")}>{title}</h2>
            {about !== undefined && <p className="mt-0.5 max-w-prose text-sm text-muted">{about}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}
