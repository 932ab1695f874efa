import type { Operation } from "@supalove/contracts/api/index.ts";
import Link from "next/link";
import { Moment } from "../../../ui/Moment.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { kindWords, operationTone, operationWords } from "../status.ts";

/** Operations as rows, newest first. */
export function OperationRows({ operations }: { readonly operations: readonly Operation[] }) {
  return (
    <ul className="divide-y">
      {operations.map(({ id, kind, summary, status, actor, created_at }) => (
        <li
          key={id}
          className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-sunken sm:grid-cols-[8rem_minmax(0,1fr)_auto]"
        >
          <span className="order-2 sm:order-none">
            <StatusMark tone={operationTone(status)} words={operationWords(status)} />
          </span>
          <Link
            href={`/operations/${id}`}
            className="min-w-0 truncate text-sm font-medium after:absolute after:inset-0"
          >
            {summary === "" ? kindWords(kind) : summary}
          </Link>
          <span className="order-3 col-span-2 truncate text-xs text-muted sm:order-none sm:col-span-1">
            {actor} · <Moment at={created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
