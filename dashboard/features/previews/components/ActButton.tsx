"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { askForPreview } from "../wish.ts";

interface Props {
  readonly projectRef: string;
  /** What is to be previewed, as `{ pause: true }`. */
  readonly act: Readonly<Record<string, unknown>>;
  readonly words: string;
  /** For a button among others with the same words. */
  readonly label?: string;
  readonly small?: boolean;
  readonly disabled?: boolean;
}

/** Asks what an act would do to a project and leads to the answer, where it can be applied. */
export function ActButton({ projectRef, act, words, label, small = false, disabled = false }: Props) {
  const router = useRouter();
  const ask = useMutation({
    mutationFn: () => askForPreview({ path: `/v1/projects/${projectRef}/previews`, body: act }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  return (
    <>
      <div>
        <Button
          small={small}
          {...(label === undefined ? {} : { "aria-label": label })}
          busy={ask.isPending || ask.isSuccess}
          disabled={disabled}
          onClick={() => ask.mutate()}
        >
          {words}
        </Button>
      </div>
      {ask.isError && (
        <div className="lg:col-span-full">
          <FailureNote error={ask.error} doing="make the preview" />
        </div>
      )}
    </>
  );
}
