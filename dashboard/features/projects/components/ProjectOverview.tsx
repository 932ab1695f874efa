"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useServerFacts } from "../../../lib/ServerFacts.tsx";
import { CodeBlock } from "../../../ui/CodeBlock.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { RecentOperations } from "../../operations/components/RecentOperations.tsx";
import { browserUrl, supabaseSnippet } from "../addresses.ts";
import { apiKeysQuery, projectQuery } from "../queries.ts";
import { isActive, statusTone, statusWords } from "../status.ts";
import { ApiKeys } from "./ApiKeys.tsx";
import { ConnectionString } from "./ConnectionString.tsx";
import { PauseButton } from "./PauseButton.tsx";

/** Everything one needs to use a project. */
export function ProjectOverview({ projectRef }: { readonly projectRef: string }) {
  const { data: project } = useQuery(projectQuery(projectRef));
  if (project === undefined) return null;
  const active = isActive(project.status);
  return (
    <>
      <PageHeader title="Overview" actions={<PauseButton project={project} />} />
      <div className="flex flex-col gap-5">
        <Facts project={project} />
        {active ? (
          <>
            <Connect project={project} />
            <ApiKeys projectRef={projectRef} />
          </>
        ) : (
          <Panel title="Connect">
            <p className="text-sm text-muted">
              Keys and addresses answer once the project is up. Its operations below say how far it is.
            </p>
          </Panel>
        )}
        <RecentOperations projectRef={projectRef} />
      </div>
    </>
  );
}

function Facts({ project }: { readonly project: Project }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Health", <StatusMark key="s" tone={statusTone(project.status)} words={statusWords(project.status)} />],
    ["Plan", `${project.plan} · ${project.size}`],
    ["Postgres", project.database.version],
    ["Created", <Moment key="c" at={project.created_at} />],
    ["Extensions", project.extensions.length === 0 ? "none added" : project.extensions.join(", ")],
    [
      "Ref",
      <span key="r" className="font-mono text-xs">
        {project.ref}
      </span>,
    ],
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0 bg-surface px-4 py-3">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="mt-0.5 text-sm [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Connect({ project }: { readonly project: Project }) {
  const facts = useServerFacts();
  const keys = useQuery(apiKeysQuery(project.ref));
  const url = browserUrl(project.ref, facts.gatewayUrl);
  const anonKey = keys.data?.find(({ type, name }) => type === "legacy" && name === "anon")?.api_key;
  return (
    <Panel title="Connect">
      <div className="flex flex-col gap-4">
        <Address name="URL for browsers" value={url} />
        <Address name="URL for servers" value={project.api_url} />
        <ConnectionString projectRef={project.ref} />
        {anonKey !== undefined && <CodeBlock code={supabaseSnippet(url, anonKey)} what="Snippet for supabase-js" />}
      </div>
    </Panel>
  );
}

function Address({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="grid gap-x-4 gap-y-1 lg:grid-cols-[9.5rem_minmax(0,1fr)_auto] lg:items-center">
      <span className="text-sm font-medium">{name}</span>
      <span className="font-mono text-xs [overflow-wrap:anywhere]">{value}</span>
      <span>
        <CopyButton text={value} what={name} />
      </span>
    </div>
  );
}
