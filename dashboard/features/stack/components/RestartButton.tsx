"use client";

import type { StackService } from "@supalove/contracts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { restartService } from "../queries.ts";

interface Props {
  readonly projectRef: string;
  readonly service: StackService;
  readonly title: string;
  readonly disabled: boolean;
}

/** Starts a service anew, and leads to where that can be watched. */
export function RestartButton({ projectRef, service, title, disabled }: Props) {
  const router = useRouter();
  const restart = useMutation({
    mutationFn: () => restartService(projectRef, service),
    onSuccess: ({ operation_id }) => router.push(`/operations/${operation_id}`),
  });
  return (
    <>
      <div>
        <Button
          small
          aria-label={`Restart ${title}`}
          busy={restart.isPending || restart.isSuccess}
          disabled={disabled}
          onClick={() => restart.mutate()}
        >
          Restart
        </Button>
      </div>
      {restart.isError && (
        <div className="lg:col-span-full">
          <FailureNote error={restart.error} doing={`restart ${title}`} />
        </div>
      )}
    </>
  );
}
