"use client";

import clsx from "clsx";
import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { cellText, columnsOf } from "../cellText.ts";
import type { Row } from "../runQuery.ts";

/** Rows on the page at first; a browser lays out more only slowly. */
const PAGE = 200;
/** Longest text of a cell; the whole of it is in its tooltip. */
const LONGEST = 300;

/** Rows of a query. All of it is the tenant's text: it is only ever shown as text. */
export function ResultTable({ rows }: { readonly rows: readonly Row[] }) {
  const [shown, setShown] = useState(PAGE);
  const columns = columnsOf(rows);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label="Result" tabIndex={0} className="max-h-[60vh] overflow-auto">
        <table className="w-full border-separate border-spacing-0 text-left font-mono text-xs">
          <thead className="sticky top-0 z-10 bg-sunken">
            <tr>
              <th scope="col" className="w-10 border-b px-3 py-2 text-right font-normal text-muted">
                #
              </th>
              {columns.map((column) => (
                <th key={column} scope="col" className="whitespace-nowrap border-b border-l px-3 py-2 font-medium">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and never move
              <tr key={at} className="hover:bg-sunken">
                <td className="border-b px-3 py-1.5 text-right text-muted">{at + 1}</td>
                {columns.map((column) => (
                  <Cell key={column} value={row[column]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <div className="flex items-center gap-3 border-t px-4 py-2 text-sm text-muted">
          {shown} of {rows.length} rows
          <Button small onClick={() => setShown((count) => count + 5 * PAGE)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function Cell({ value }: { readonly value: unknown }) {
  const text = cellText(value);
  const empty = value === null || value === undefined;
  return (
    <td
      title={text.length > 40 ? text.slice(0, 5_000) : undefined}
      className={clsx(
        "max-w-96 truncate border-b border-l px-3 py-1.5",
        empty && "text-muted italic",
        (typeof value === "number" || typeof value === "bigint") && "text-right",
      )}
    >
      {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
    </td>
  );
}
