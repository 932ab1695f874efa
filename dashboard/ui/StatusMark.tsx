import clsx from "clsx";

export type MarkTone = "good" | "moving" | "bad" | "resting";

const DOT: Readonly<Record<MarkTone, string>> = {
  good: "bg-add",
  moving: "bg-edit breathing",
  bad: "bg-cut",
  resting: "bg-muted",
};

/** A state: a coloured mark, and the word that says the same. */
export function StatusMark({ tone, words }: { readonly tone: MarkTone; readonly words: string }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap text-sm">
      <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", DOT[tone])} />
      {words}
    </span>
  );
}
