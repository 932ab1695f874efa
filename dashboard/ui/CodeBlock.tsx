import { CopyButton } from "./CopyButton.tsx";

/** Text to be copied as it stands. */
export function CodeBlock({ code, what }: { readonly code: string; readonly what: string }) {
  return (
    <div className="relative rounded-md border bg-sunken">
      <div className="absolute right-2 top-2">
        <CopyButton text={code} what={what} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={what} className="overflow-x-auto p-3 pr-24">
        <pre className="font-mono text-xs leading-6">{code}</pre>
      </section>
    </div>
  );
}
