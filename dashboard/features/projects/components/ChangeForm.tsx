"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { fieldErrors } from "../../../lib/fieldErrors.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { type Changeable, changedFields } from "../changes.ts";
import { ExtensionPicker } from "./ExtensionPicker.tsx";
import { SizeField } from "./SizeField.tsx";

/** Name, size and extensions. */
export function ChangeForm({ project }: { readonly project: Project }) {
  const router = useRouter();
  const { ref, name, size, extensions } = project;
  const [wished, setWished] = useState<Changeable>({ name, size, extensions });
  const change = (part: Partial<Changeable>) => setWished((before) => ({ ...before, ...part }));
  const fields = changedFields(project, wished);
  const ask = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      askForPreview({ path: `/v1/projects/${ref}/previews`, body }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const errors = fieldErrors(ask.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fields !== undefined) ask.mutate(fields);
  };
  return (
    <Panel title="Project">
      <form onSubmit={submit} className="flex flex-col gap-6" noValidate>
        <TextField
          label="Name"
          value={wished.name}
          onChange={({ target }) => change({ name: target.value })}
          error={errors["name"]}
        />
        <SizeField size={wished.size} onChange={(next) => change({ size: next })} error={errors["size"]} />
        <ExtensionPicker
          chosen={wished.extensions}
          onChange={(next) => change({ extensions: next })}
          error={errors["extensions"]}
        />
        {ask.isError && <FailureNote error={ask.error} doing="preview the change" />}
        <div className="flex items-center gap-3">
          <Button
            type="submit"
            tone="primary"
            busy={ask.isPending || ask.isSuccess}
            disabled={fields === undefined || wished.name.trim() === ""}
          >
            Preview changes
          </Button>
          {fields === undefined && <span className="text-sm text-muted">Nothing is changed yet.</span>}
        </div>
      </form>
    </Panel>
  );
}
