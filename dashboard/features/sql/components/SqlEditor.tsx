"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiFailure } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { duration } from "../../../ui/duration.ts";
import { placeOf } from "../position.ts";
import { runQuery } from "../runQuery.ts";
import { CodeEditor, type CodeEditorHandle } from "./CodeEditor.tsx";
import { ResultTable } from "./ResultTable.tsx";
import { SqlFailure } from "./SqlFailure.tsx";

const draftKey = (projectRef: string) => `sql draft ${projectRef}`;

interface Run {
  readonly query: string;
  /** Where the query begins in the editor's text. */
  readonly from: number;
}

/** Write SQL, run it, see its rows. */
export function SqlEditor({ projectRef }: { readonly projectRef: string }) {
  const editor = useRef<CodeEditorHandle>(null);
  const [draft] = useState(() => sessionStorage.getItem(draftKey(projectRef)) ?? "");
  const run = useMutation({
    mutationFn: ({ query }: Run) => runQuery(projectRef, query),
    onError: (error, { query, from }) => {
      if (!(error instanceof ApiFailure)) return;
      const place = placeOf(query, error.body.position);
      if (place !== undefined) editor.current?.markError(from + place.offset, error.message);
    },
  });
  const start = () => {
    const chosen = editor.current?.chosen();
    if (chosen === undefined || chosen.query.trim() === "" || run.isPending) return;
    editor.current?.clearErrors();
    run.mutate(chosen);
  };
  const modifier = useModifier();
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">SQL editor</h1>
      <div className="overflow-hidden rounded-lg border bg-surface">
        <CodeEditor
          handle={editor}
          initial={draft}
          onChange={(text) => sessionStorage.setItem(draftKey(projectRef), text)}
          onRun={start}
        />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t bg-sunken px-3 py-2">
          <Button tone="primary" busy={run.isPending} onClick={start}>
            Run
          </Button>
          <span className="text-xs text-muted">
            <kbd className="font-mono">{modifier}</kbd> + <kbd className="font-mono">Enter</kbd>. A selection runs
            alone.
          </span>
          {run.isSuccess && (
            <span role="status" className="ml-auto font-mono text-xs text-muted">
              {run.data.rows.length === 1 ? "1 row" : `${run.data.rows.length} rows`} ·{" "}
              {duration(run.data.milliseconds)}
            </span>
          )}
        </div>
      </div>
      {run.isError && <SqlFailure error={run.error} query={run.variables.query} />}
      {run.isSuccess && (
        <div className="overflow-hidden rounded-lg border bg-surface">
          {run.data.rows.length === 0 ? (
            <p className="px-4 py-3 text-sm text-muted">Done. The last statement gave no rows.</p>
          ) : (
            <ResultTable rows={run.data.rows} />
          )}
        </div>
      )}
    </div>
  );
}

/** The key that goes with Enter on this machine. */
function useModifier(): string {
  const [modifier, setModifier] = useState("Ctrl");
  useEffect(() => {
    if (/Mac|iPhone|iPad/.test(navigator.userAgent)) setModifier("⌘");
  }, []);
  return modifier;
}
