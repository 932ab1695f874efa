import type { OperationError } from "@supalove/contracts";
import { Words } from "../../../ui/Words.tsx";

/** Why an operation failed, and what to do. */
export function OperationErrorNote({ error }: { readonly error: OperationError }) {
  return (
    <div role="alert" className="rounded-md border border-cut/40 bg-cut-soft px-3.5 py-3 text-sm">
      <p className="font-medium text-cut [overflow-wrap:anywhere]">
        <Words text={error.message} />
      </p>
      <p className="mt-1 [overflow-wrap:anywhere]">
        <Words text={error.next_step} />
      </p>
      <p className="mt-1.5 font-mono text-xs text-muted">
        {error.code}
        {error.resource !== undefined && ` · ${error.resource}`}
      </p>
    </div>
  );
}
