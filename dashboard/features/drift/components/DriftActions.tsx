"use client";

import type { StartedOperation } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { ApiFailure, callApi, newIdempotencyKey } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { driftQuery } from "../queries.ts";

const post = <T,>(ref: string, path: string, body?: unknown) =>
  callApi<T>(`/v1/projects/${ref}/drift${path}`, { method: "POST", body, idempotencyKey: newIdempotencyKey() });

interface Props {
  readonly projectRef: string;
}

/** Looks now. */
export function LookForDrift({ projectRef, checking }: Props & { readonly checking: boolean }) {
  const client = useQueryClient();
  const look = useMutation({
    mutationFn: () => post<StartedOperation>(projectRef, ""),
    onSuccess: () => client.invalidateQueries(driftQuery(projectRef)),
  });
  return (
    <>
      <Button busy={look.isPending || checking} onClick={() => look.mutate()}>
        Look now
      </Button>
      {look.isError && <FailureNote error={look.error} doing="look for drift" />}
    </>
  );
}

/** Makes things as they should be: an operation that can be watched. */
export function RepairDrift({ projectRef }: Props) {
  const router = useRouter();
  const repair = useMutation({
    mutationFn: () => post<StartedOperation>(projectRef, "/repair"),
    onSuccess: ({ operation_id }) => router.push(`/operations/${operation_id}`),
  });
  return (
    <>
      <Button tone="primary" busy={repair.isPending || repair.isSuccess} onClick={() => repair.mutate()}>
        Repair
      </Button>
      {repair.isError &&
        (repair.error instanceof ApiFailure && repair.error.code === "approval_required" ? (
          <PreviewRepair projectRef={projectRef} />
        ) : (
          <FailureNote error={repair.error} doing="repair the drift" />
        ))}
    </>
  );
}

/** The same as a preview, which a second person can approve. */
function PreviewRepair({ projectRef }: Props) {
  const router = useRouter();
  const ask = useMutation({
    mutationFn: () => askForPreview({ path: `/v1/projects/${projectRef}/previews`, body: { refresh: true } }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  return (
    <>
      <p role="status" className="w-full text-sm">
        The organization wants a second person to approve this: they need a preview of it.
      </p>
      <Button busy={ask.isPending || ask.isSuccess} onClick={() => ask.mutate()}>
        Preview the repair
      </Button>
      {ask.isError && <FailureNote error={ask.error} doing="preview the repair" />}
    </>
  );
}

/**
 * Leaves things as they are; they no longer count as drift.
 * @param digest of what the page shows
 */
export function AcceptDrift({ projectRef, digest }: Props & { readonly digest: string }) {
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => post<unknown>(projectRef, "/accept", { digest }),
    // Refused where another look found something else meanwhile: the page then shows that.
    onSettled: () => client.invalidateQueries(driftQuery(projectRef)),
  });
  return (
    <>
      <Button busy={accept.isPending} onClick={() => accept.mutate()}>
        Accept as it is
      </Button>
      {accept.isError && <FailureNote error={accept.error} doing="accept the drift" />}
    </>
  );
}
