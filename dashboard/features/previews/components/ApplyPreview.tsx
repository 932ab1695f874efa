"use client";

import type { Preview, PreviewKind, StartedOperation } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { ApiFailure, callApi, newIdempotencyKey } from "../../../lib/callApi.ts";
import { Button, ButtonLink } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { TextField } from "../../../ui/Field.tsx";

const WORDS: Readonly<Record<PreviewKind, string>> = {
  create: "Create project",
  change: "Apply changes",
  delete: "Delete project",
  pause: "Pause project",
  resume: "Resume project",
  restart: "Restart service",
};

/** Applies exactly what was previewed. Where data is lost, the project's name has to be typed. */
export function ApplyPreview({ preview, back }: { readonly preview: Preview; readonly back: string }) {
  const router = useRouter();
  const client = useQueryClient();
  const [confirm, setConfirm] = useState("");
  // The same for every try of this page: a lost answer must not become a second operation.
  const idempotencyKey = useRef(newIdempotencyKey());
  const { id, kind, project_ref, destructive, confirm: wanted, changes } = preview;
  const apply = useMutation({
    mutationFn: () =>
      callApi<StartedOperation>(`/v1/projects/${project_ref}/operations`, {
        body: { preview_id: id, ...(wanted === null ? {} : { confirm }) },
        idempotencyKey: idempotencyKey.current,
      }),
    onSuccess: ({ operation_id }) => router.push(`/operations/${operation_id}`),
    onError: (error) => {
      if (!(error instanceof ApiFailure) || error.status < 400 || error.status >= 500) return;
      idempotencyKey.current = newIdempotencyKey();
      // It went stale or was applied meanwhile: the page then says so.
      if (error.status === 409) void client.invalidateQueries({ queryKey: ["previews", id] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.mutate();
  };
  if (changes.length === 0 && kind === "change") return <ButtonLink href={back}>Back</ButtonLink>;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border bg-surface p-4">
      {wanted !== null && (
        <div className="max-w-md">
          <TextField
            label={`Type "${wanted}" to confirm`}
            hint="What is marked in the diff is lost for good."
            value={confirm}
            onChange={({ target }) => setConfirm(target.value)}
          />
        </div>
      )}
      {apply.isError && <FailureNote error={apply.error} doing="apply this preview" />}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          tone={destructive ? "danger" : "primary"}
          busy={apply.isPending || apply.isSuccess}
          disabled={wanted !== null && confirm !== wanted}
        >
          {WORDS[kind]}
        </Button>
        <ButtonLink tone="quiet" href={back}>
          Don't
        </ButtonLink>
      </div>
    </form>
  );
}
