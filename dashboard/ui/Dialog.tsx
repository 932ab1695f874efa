"use client";

import { Dialog as Parts } from "radix-ui";
import type { ReactNode } from "react";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly about: ReactNode;
  readonly children: ReactNode;
  /** The button that opens it; the focus goes back there. */
  readonly trigger: ReactNode;
}

/** A question that comes before everything else. */
export function Dialog({ open, onOpenChange, title, about, children, trigger }: DialogProps) {
  return (
    <Parts.Root open={open} onOpenChange={onOpenChange}>
      <Parts.Trigger asChild>{trigger}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Parts.Content className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-w-md rounded-lg border bg-surface p-5 shadow-xl">
          <Parts.Title className="text-base font-semibold">{title}</Parts.Title>
          <Parts.Description className="mt-1.5 text-sm text-muted">{about}</Parts.Description>
          <div className="mt-4">{children}</div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
