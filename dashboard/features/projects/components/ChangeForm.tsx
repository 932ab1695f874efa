"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useMutation } from "@tanstack/react-query";
import clsx from "clsx";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { fieldErrors } from "../../../lib/fieldErrors.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { StackFields } from "../../stack/components/StackFields.tsx";
import { changedStack, type StackWish, wishAsIs } from "../../stack/stackWish.ts";
import { type Changeable, changedFields } from "../changes.ts";
import { ExtensionPicker } from "./ExtensionPicker.tsx";
import { SizeField } from "./SizeField.tsx";

/** Name, size and extensions, and of a dedicated project its stack: one diff, so that what restarts does so once. */
export function ChangeForm({ project }: { readonly project: Project }) {
  const router = useRouter();
  const { ref, plan, name, size, extensions, stack } = project;
  const [wished, setWished] = useState<Changeable>({ name, size, extensions });
  const [stackWish, setStackWish] = useState<StackWish | undefined>(stack === null ? undefined : wishAsIs(stack));
  const change = (part: Partial<Changeable>) => setWished((before) => ({ ...before, ...part }));
  const fields = {
    ...changedFields(project, wished),
    ...(stack === null || stackWish === undefined ? {} : changedStack(stack, stackWish)),
  };
  const changed = Object.keys(fields).length > 0;
  const ask = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      askForPreview({ path: `/v1/projects/${ref}/previews`, body }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const errors = fieldErrors(ask.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) ask.mutate(fields);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5" noValidate>
      <Panel title="Project">
        <div className="flex flex-col gap-6">
          <TextField
            label="Name"
            value={wished.name}
            onChange={({ target }) => change({ name: target.value })}
            error={errors["name"]}
          />
          <SizeField
            plan={plan}
            size={wished.size}
            onChange={(next) => change({ size: next })}
            error={errors["size"]}
          />
          <ExtensionPicker
            plan={plan}
            chosen={wished.extensions}
            onChange={(next) => change({ extensions: next })}
            error={errors["extensions"]}
          />
        </div>
      </Panel>
      {stackWish !== undefined && (
        <StackFields wish={stackWish} onChange={(part) => setStackWish({ ...stackWish, ...part })} error={ask.error} />
      )}
      {ask.isError && <FailureNote error={ask.error} doing="preview the change" />}
      {/* In sight once there is something to preview: on the dedicated plan the form is longer than a window. */}
      <div
        className={clsx(
          "flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-surface p-4",
          changed && "sticky bottom-0 z-10 shadow-lg",
        )}
      >
        <Button
          type="submit"
          tone="primary"
          busy={ask.isPending || ask.isSuccess}
          disabled={!changed || wished.name.trim() === ""}
        >
          Preview changes
        </Button>
        {!changed && <span className="text-sm text-muted">Nothing is changed yet.</span>}
      </div>
    </form>
  );
}
