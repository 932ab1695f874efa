"use client";

import type { ApiKey } from "@supalove/contracts/api/index.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button } from "../../../ui/Button.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { EyeIcon } from "../../../ui/icons.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { apiKeysQuery, revealApiKeys } from "../queries.ts";

/** How long a revealed key stays on the screen. */
const SHOWN_MS = 60_000;

const isSecret = ({ id }: ApiKey) => id === "service_role" || id === "secret";

const title = ({ type, name }: ApiKey) => (type === "legacy" ? name : `${type} · ${name}`);

/** Keys of a project; the secret ones are masked until they are asked for. */
export function ApiKeys({ projectRef }: { readonly projectRef: string }) {
  const keys = useQuery(apiKeysQuery(projectRef));
  return (
    <Panel title="API keys" flush>
      {keys.isPending && <Loading what="keys" lines={4} />}
      {keys.isError && (
        <div className="p-4">
          <FailureNote error={keys.error} doing="load the keys" onRetry={() => void keys.refetch()} />
        </div>
      )}
      <ul className="divide-y">
        {keys.data?.map((key) => (
          <li key={key.id}>
            <KeyRow projectRef={projectRef} apiKey={key} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function KeyRow({ projectRef, apiKey }: { readonly projectRef: string; readonly apiKey: ApiKey }) {
  const fetchKey = async () => {
    const all = await revealApiKeys(projectRef);
    return all.find(({ id }) => id === apiKey.id)?.api_key ?? "";
  };
  const reveal = useMutation({ mutationFn: fetchKey, gcTime: 0 });
  const { data: shown, reset } = reveal;
  useEffect(() => {
    if (shown === undefined) return;
    const timer = setTimeout(reset, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, reset]);
  const secret = isSecret(apiKey);
  return (
    <div className="grid gap-x-4 gap-y-1.5 px-4 py-3 lg:grid-cols-[12rem_minmax(0,1fr)_auto] lg:items-center">
      <div>
        <p className="text-sm font-medium">{title(apiKey)}</p>
        <p className="text-xs text-muted">{apiKey.description}</p>
      </div>
      <p
        data-testid={`key-${apiKey.id}`}
        className="max-h-24 overflow-y-auto font-mono text-xs text-muted [overflow-wrap:anywhere]"
      >
        {shown ?? apiKey.api_key}
      </p>
      <div className="flex gap-2">
        {secret && (
          <Button
            small
            busy={reveal.isPending}
            onClick={() => (shown === undefined ? reveal.mutate() : reset())}
            aria-label={`${shown === undefined ? "Reveal" : "Hide"} ${title(apiKey)} key`}
          >
            <EyeIcon className="size-3.5" />
            {shown === undefined ? "Reveal" : "Hide"}
          </Button>
        )}
        <CopyButton text={secret ? fetchKey : apiKey.api_key} what={`${title(apiKey)} key`} />
      </div>
      {reveal.isError && (
        <div className="lg:col-span-3">
          <FailureNote error={reveal.error} doing="reveal the key" />
        </div>
      )}
    </div>
  );
}
