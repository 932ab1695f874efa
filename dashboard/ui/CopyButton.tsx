"use client";

import { useEffect, useState } from "react";
import { Button } from "./Button.tsx";
import { CheckIcon, CopyIcon } from "./icons.tsx";

interface CopyButtonProps {
  /** The text, or a way to get it when it is asked for. */
  readonly text: string | (() => Promise<string>);
  /** What is copied, as in "anon key". */
  readonly what: string;
}

/** Copies a text and says so. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1_600);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setState("copied");
    } catch {
      // Without a secure context, or where the browser forbids it.
      setState("failed");
    }
  };
  const words = { idle: "Copy", copied: "Copied", failed: "Not allowed here" }[state];
  return (
    <Button small onClick={() => void copy()} aria-label={`${words} ${state === "failed" ? `(${what})` : what}`}>
      {state === "copied" ? <CheckIcon className="size-3.5 text-add" /> : <CopyIcon className="size-3.5" />}
      <span aria-live="polite">{words}</span>
    </Button>
  );
}
