import type { ReactNode } from "react";

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
}

/** Title of a page, its one sentence, and what can be done on it. */
export function PageHeader({ title, about, actions }: PageHeaderProps) {
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-xl leading-7 [overflow-wrap:anywhere]">{title}</h1>
        {about !== undefined && <p className="mt-1 max-w-prose text-sm text-muted">{about}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
