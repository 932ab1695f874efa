import { CopyButton } from "./CopyButton.tsx";

interface CodeBlockProps {
  readonly code: string;
  /** Its name, shown above. */
  readonly what: string;
}

/** Text to be copied as it stands. */
export function CodeBlock({ code, what }: CodeBlockProps) {
  return (
    <div className="overflow-hidden rounded-md border bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b px-3 py-1.5">
        <span className="text-xs text-muted">{what}</span>
        <CopyButton text={code} what={what} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={what} className="overflow-x-auto p-3">
        <pre className="font-mono text-xs leading-6">{code}</pre>
      </section>
    </div>
  );
}
