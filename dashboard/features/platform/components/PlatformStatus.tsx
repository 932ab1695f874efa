"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { callApi } from "../../../lib/callApi.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { duration } from "../../../ui/duration.ts";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { Words } from "../../../ui/Words.tsx";
import type { PlatformPart, PlatformReport } from "../types.ts";

const platformQuery = () =>
  queryOptions({
    queryKey: ["platform"],
    queryFn: ({ signal }) => callApi<PlatformReport>("/platform", { signal }),
    refetchInterval: 10_000,
  });

const MARKS = {
  ok: { tone: "good", words: "Works" },
  down: { tone: "bad", words: "Down" },
  unknown: { tone: "resting", words: "Unknown" },
} as const;

/** How the platform is, from where this console stands. */
export function PlatformStatus() {
  const platform = useQuery(platformQuery());
  return (
    <>
      <PageHeader
        title="Platform"
        about={
          <Words text="What this console can ask by itself. `./supalove status` on the server shows every container." />
        }
      />
      {platform.isPending && <Loading what="the platform's state" />}
      {platform.isError && (
        <FailureNote error={platform.error} doing="ask how the platform is" onRetry={() => void platform.refetch()} />
      )}
      {platform.data !== undefined && <Report report={platform.data} />}
    </>
  );
}

function Report({ report: { instance, parts, addresses } }: { readonly report: PlatformReport }) {
  const places = [
    ["API", addresses.api],
    ["Gateway", addresses.gateway],
    ["Shared cluster", addresses.database],
  ] as const;
  return (
    <div className="flex flex-col gap-5">
      <Panel title={`Instance ${instance}`} flush>
        <ul className="divide-y">
          {parts.map((part) => (
            <PartRow key={part.name} part={part} />
          ))}
        </ul>
      </Panel>
      <Panel title="Addresses" flush>
        <ul className="divide-y">
          {places.map(([name, address]) => (
            <li
              key={name}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 sm:grid-cols-[12rem_minmax(0,1fr)_auto]"
            >
              <span className="text-sm font-medium">{name}</span>
              <span className="col-start-1 row-start-2 font-mono text-xs [overflow-wrap:anywhere] sm:col-start-2 sm:row-start-1">
                {address}
              </span>
              <CopyButton text={address} what={`address of the ${name}`} />
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function PartRow({ part: { name, what, state, detail, milliseconds } }: { readonly part: PlatformPart }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-3 sm:grid-cols-[12rem_minmax(0,1fr)_auto]">
      <span className="text-sm font-medium">{name}</span>
      <span className="order-3 col-span-2 text-sm text-muted sm:order-none sm:col-span-1">{what}</span>
      <span className="flex items-center gap-4">
        <span className="hidden font-mono text-xs text-muted sm:inline">
          {detail} · {duration(milliseconds)}
        </span>
        <StatusMark {...MARKS[state]} />
      </span>
    </li>
  );
}
