import type { DetailedChange } from "@supalove/contracts/api/index.ts";

const LONGEST = 400;

/** A value as a line of text. */
export function valueText(value: DetailedChange["before"]): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What happens to the properties of a resource: before and after, side by side where there is room. */
export function DetailRows({ details, open }: { readonly details: readonly DetailedChange[]; readonly open: boolean }) {
  return (
    <details open={open} className="group mt-1.5">
      <summary className="cursor-pointer text-xs text-muted hover:text-text">
        {details.length === 1 ? "1 property" : `${details.length} properties`}
      </summary>
      <dl className="mt-1.5 grid gap-y-1 font-mono text-xs">
        {details.map(({ path, before, after, kind }) => (
          <div key={path} className="grid gap-x-4 sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)]">
            <dt className="text-muted [overflow-wrap:anywhere]">
              {path}
              {kind.endsWith("-replace") && <span className="text-swap"> (forces replacement)</span>}
            </dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              {before !== null && <del className="bg-cut-soft px-1 text-cut no-underline">{valueText(before)}</del>}
              {before !== null && after !== null && <span className="text-muted"> → </span>}
              {after !== null && <ins className="bg-add-soft px-1 text-add no-underline">{valueText(after)}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
