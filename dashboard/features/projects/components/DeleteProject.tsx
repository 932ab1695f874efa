"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { askForPreview } from "../../previews/wish.ts";

/** The way to a project's end: its name typed, then the diff of all that goes, then the last word. */
export function DeleteProject({ project }: { readonly project: Project }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const ask = useMutation({
    mutationFn: () => askForPreview({ path: `/v1/projects/${project.ref}/previews`, body: { delete: true } }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Panel
      title="Delete project"
      tone="danger"
      about="The database with everything in it, its keys and its URLs go for good."
    >
      <Dialog
        open={open}
        onOpenChange={setOpen}
        trigger={<Button tone="danger">Delete project…</Button>}
        title="Delete this project?"
        about="The next page shows what goes. It is not deleted before you confirm there."
      >
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            label={`Type "${project.name}" to go on`}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          {ask.isError && <FailureNote error={ask.error} doing="preview the deletion" />}
          <div className="flex gap-2">
            <Button type="submit" tone="danger" busy={ask.isPending || ask.isSuccess} disabled={typed !== project.name}>
              Show what goes
            </Button>
            <Button tone="quiet" onClick={() => setOpen(false)}>
              Keep it
            </Button>
          </div>
        </form>
      </Dialog>
    </Panel>
  );
}
