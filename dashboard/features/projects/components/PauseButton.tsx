"use client";

import type { Project, ProjectChange } from "@supalove/contracts/api/index.ts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { callApi, newIdempotencyKey } from "../../../lib/callApi.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { isActive } from "../status.ts";

/** Pauses a project, or wakes a paused one; both keep its data. */
export function PauseButton({ project }: { readonly project: Project }) {
  const router = useRouter();
  const action = isActive(project.status) ? "pause" : project.status === "INACTIVE" ? "restore" : undefined;
  const change = useMutation({
    mutationFn: (path: string) =>
      callApi<ProjectChange>(`/v1/projects/${project.ref}/${path}`, {
        method: "POST",
        idempotencyKey: newIdempotencyKey(),
      }),
    onSuccess: ({ operation_id }) => {
      if (operation_id !== null) router.push(`/operations/${operation_id}`);
    },
  });
  if (action === undefined) return null;
  return (
    <>
      <Button busy={change.isPending || change.isSuccess} onClick={() => change.mutate(action)}>
        {action === "pause" ? "Pause project" : "Restore project"}
      </Button>
      {change.isError && <FailureNote error={change.error} doing={`${action} the project`} />}
    </>
  );
}
