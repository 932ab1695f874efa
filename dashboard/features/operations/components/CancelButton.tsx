"use client";

import type { Operation } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi, newIdempotencyKey } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";

/** Asks an operation to stop: at once while it waits, else as soon as it can do so cleanly. */
export function CancelButton({ operationId }: { readonly operationId: string }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      callApi<Operation>(`/v1/operations/${operationId}/cancel`, {
        method: "POST",
        idempotencyKey: newIdempotencyKey(),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ["operations", operationId] }),
  });
  return (
    <>
      <Button busy={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
        {cancel.isSuccess ? "Stopping" : "Cancel"}
      </Button>
      {cancel.isError && <FailureNote error={cancel.error} doing="cancel the operation" />}
    </>
  );
}
