interface LoadingProps {
  /** What is being loaded, for those who don't see it. */
  readonly what: string;
  readonly lines?: number;
}

const WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3"];

/** Stands where content will be. Shows itself a moment late: what comes at once should not flicker. */
export function Loading({ what, lines = 3 }: LoadingProps) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="late flex flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={line} className={`breathing h-3.5 rounded-sm bg-line ${WIDTHS[line % WIDTHS.length] ?? ""}`} />
      ))}
    </div>
  );
}
