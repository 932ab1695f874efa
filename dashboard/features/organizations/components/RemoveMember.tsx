"use client";

import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";

interface Props {
  readonly name: string;
  readonly busy: boolean;
  readonly onRemove: () => void;
}

/** Takes somebody out, once more asked. */
export function RemoveMember({ name, busy, onRemove }: Props) {
  const [open, setOpen] = useState(false);
  const remove = () => {
    setOpen(false);
    onRemove();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={`Remove ${name}?`}
      about="Their access ends at once, and so do their approvals. Keys of projects that they know keep working until they are rotated."
      trigger={
        <Button small busy={busy} aria-label={`Remove ${name}`}>
          Remove
        </Button>
      }
    >
      <div className="flex flex-wrap gap-2">
        <Button tone="danger" onClick={remove}>
          Remove
        </Button>
        <Button tone="quiet" onClick={() => setOpen(false)}>
          Don't
        </Button>
      </div>
    </Dialog>
  );
}
