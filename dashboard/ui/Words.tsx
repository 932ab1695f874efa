import type { ReactNode } from "react";

/** A sentence in which commands stand between backticks, as the API and this console write them. */
export function Words({ text }: { readonly text: string }): ReactNode {
  return text.split("`").map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
      <code key={at} className="rounded-sm bg-sunken px-1 font-mono text-[0.92em] text-text">
        {part}
      </code>
    ),
  );
}
