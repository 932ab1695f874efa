"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { Button, ButtonLink } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { askForPreview, recallWish, type Wish } from "../wish.ts";

interface Props {
  readonly previewId: string;
  /** Where the wish was made, for a preview that was asked for somewhere else. */
  readonly back: string;
  readonly children?: ReactNode;
}

/** The way to a fresh preview of the same wish. */
export function PreviewAgain({ previewId, back, children }: Props) {
  const router = useRouter();
  const [wish, setWish] = useState<Wish>();
  useEffect(() => setWish(recallWish(previewId)), [previewId]);
  const again = useMutation({
    mutationFn: askForPreview,
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-edit/40 bg-edit-soft px-4 py-3 text-sm">
      {children !== undefined && <p>{children}</p>}
      <div>
        {wish === undefined ? (
          <ButtonLink href={back}>Start again</ButtonLink>
        ) : (
          <Button busy={again.isPending} onClick={() => again.mutate(wish)}>
            Preview again
          </Button>
        )}
      </div>
      {again.isError && <FailureNote error={again.error} doing="make a new preview" />}
    </div>
  );
}
