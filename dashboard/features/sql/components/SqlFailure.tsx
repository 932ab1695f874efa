import { ApiFailure } from "../../../lib/callApi.ts";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { placeOf } from "../position.ts";

/** Why Postgres refused a query, and where in it. */
export function SqlFailure({ error, query }: { readonly error: unknown; readonly query: string }) {
  if (!(error instanceof ApiFailure) || error.code !== "sql_error") {
    return <FailureNote error={error} doing="run the query" />;
  }
  const { message, detail, hint, sqlstate, position } = error.body;
  const place = placeOf(query, position);
  return (
    <div role="alert" className="rounded-md border border-cut/40 bg-cut-soft px-3.5 py-3 text-sm">
      <p className="font-medium text-cut [overflow-wrap:anywhere]">{message}</p>
      {detail !== undefined && <p className="mt-1 [overflow-wrap:anywhere]">{detail}</p>}
      {hint !== undefined && <p className="mt-1 text-muted [overflow-wrap:anywhere]">{hint}</p>}
      <p className="mt-1.5 font-mono text-xs text-muted">
        {[sqlstate, place && `line ${place.line}, column ${place.column}`].filter(Boolean).join(" · ")}
      </p>
    </div>
  );
}
