import { ApiFailure } from "../lib/callApi.ts";
import { Button } from "./Button.tsx";
import { Words } from "./Words.tsx";

interface FailureNoteProps {
  readonly error: unknown;
  /** What was being done, as in "load the projects". */
  readonly doing: string;
  readonly onRetry?: () => void;
}

/** What went wrong, in the words of whoever knows, and what can be done about it. */
export function FailureNote({ error, doing, onRetry }: FailureNoteProps) {
  const failure = error instanceof ApiFailure ? error.body : undefined;
  return (
    <div role="alert" className="rounded-md border border-cut/40 bg-cut-soft px-3.5 py-3 text-sm">
      <p className="font-medium text-cut">Could not {doing}</p>
      <p className="mt-1 [overflow-wrap:anywhere]">
        <Words text={failure?.message ?? "This page ran into a fault of its own."} />
      </p>
      {failure?.next_step !== undefined && failure.next_step !== "" && (
        <p className="mt-1 text-muted [overflow-wrap:anywhere]">
          <Words text={failure.next_step} />
        </p>
      )}
      {failure?.issues !== undefined && failure.issues.length > 1 && (
        <ul className="mt-2 list-disc pl-5">
          {failure.issues.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <span className="font-mono text-xs">{path}</span>: {message}
            </li>
          ))}
        </ul>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-3">
        {onRetry !== undefined && (
          <Button small onClick={onRetry}>
            Try again
          </Button>
        )}
        {failure !== undefined && (
          <span className="font-mono text-xs text-muted">
            {failure.code}
            {failure.request_id !== "" && ` · ${failure.request_id}`}
          </span>
        )}
      </div>
    </div>
  );
}
