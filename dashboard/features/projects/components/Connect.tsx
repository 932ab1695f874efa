"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useServerFacts } from "../../../lib/ServerFacts.tsx";
import { CodeBlock } from "../../../ui/CodeBlock.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { browserUrl, supabaseSnippet } from "../addresses.ts";
import { apiKeysQuery } from "../queries.ts";
import { DatabaseAccess } from "./DatabaseAccess.tsx";

/** The ways to a project: through the gateway and directly. */
export function Connect({ project }: { readonly project: Project }) {
  const facts = useServerFacts();
  const keys = useQuery(apiKeysQuery(project.ref));
  const url = browserUrl(project.ref, facts.gatewayUrl);
  const anonKey = keys.data?.find(({ type, name }) => type === "legacy" && name === "anon")?.api_key;
  const hasRest = project.stack === null || project.stack.services.includes("rest");
  return (
    <Panel title="Connect">
      <div className="flex flex-col gap-4">
        <Address name="URL for browsers" value={url} />
        <Address name="URL for servers" value={project.api_url} />
        <DatabaseAccess project={project} />
        {anonKey !== undefined && hasRest && (
          <CodeBlock code={supabaseSnippet(url, anonKey)} what="Snippet for supabase-js" />
        )}
        {!hasRest && (
          <p className="text-sm text-muted">
            This project has no REST API, which supabase-js reads and writes through. Its settings can add it.
          </p>
        )}
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
