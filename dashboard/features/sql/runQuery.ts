import { callApi } from "../../lib/callApi.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What a run brought. */
export interface QueryOutcome {
  readonly rows: readonly Row[];
  readonly milliseconds: number;
}

/** Runs SQL in a project, as the project's own login. @throws ApiFailure, `sql_error` for what Postgres refuses */
export async function runQuery(projectRef: string, query: string): Promise<QueryOutcome> {
  const started = performance.now();
  const rows = await callApi<Row[]>(`/v1/projects/${projectRef}/database/query`, { body: { query } });
  return { rows, milliseconds: performance.now() - started };
}
