"use client";

import type { AccessToken } from "@supalove/contracts/api/index.ts";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { NewAccessToken } from "./NewAccessToken.tsx";

export const accessTokensQuery = () =>
  queryOptions({
    queryKey: ["access-tokens"],
    queryFn: ({ signal }) => callApi<AccessToken[]>("/v1/access-tokens", { signal }),
  });

/** Tokens for programs that act in one's name. */
export function AccessTokens() {
  const tokens = useQuery(accessTokensQuery());
  return (
    <>
      <PageHeader
        title="Access tokens"
        about="For the Supabase CLI, Terraform and other clients of the Management API. A token may do all that you may."
      />
      <div className="flex max-w-3xl flex-col gap-5">
        <NewAccessToken />
        <Panel title="Your tokens" flush>
          {tokens.isPending && <Loading what="tokens" />}
          {tokens.isError && (
            <div className="p-4">
              <FailureNote error={tokens.error} doing="load the tokens" onRetry={() => void tokens.refetch()} />
            </div>
          )}
          {tokens.data?.length === 0 && (
            <EmptyState title="No tokens yet">Make one above; it is shown once, and can be revoked here.</EmptyState>
          )}
          <ul className="divide-y">
            {tokens.data?.map((token) => (
              <TokenRow key={token.id} token={token} />
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

function TokenRow({ token }: { readonly token: AccessToken }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => callApi<undefined>(`/v1/access-tokens/${token.id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries(accessTokensQuery()),
  });
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <div className="min-w-0">
        <p className="truncate text-sm font-medium">{token.name}</p>
        <p className="flex flex-wrap gap-x-3 text-xs text-muted">
          <span className="font-mono">{token.prefix}…</span>
          <span>
            made <Moment at={token.created_at} />
          </span>
          {token.expires_at !== null && <span>until {new Date(token.expires_at).toLocaleDateString("en-GB")}</span>}
          <span>
            {token.last_used_at === null ? (
              "never used"
            ) : (
              <>
                used <Moment at={token.last_used_at} />
              </>
            )}
          </span>
        </p>
      </div>
      <Button small busy={revoke.isPending} onClick={() => revoke.mutate()} aria-label={`Revoke ${token.name}`}>
        Revoke
      </Button>
      {revoke.isError && <FailureNote error={revoke.error} doing="revoke the token" />}
    </li>
  );
}
