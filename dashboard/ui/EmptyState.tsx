import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** There is nothing yet: what would be here, and how it comes. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-3 px-5 py-8 sm:px-8">
      <div>
        <p className="font-semibold">{title}</p>
        <p className="mt-1 max-w-prose text-sm text-muted">{children}</p>
      </div>
      {action}
    </div>
  );
}
