"use client";

import { Button } from "../../ui/Button.tsx";

interface Props {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** A page broke: a fault of this dashboard's own. */
export default function ConsoleError({ error, reset }: Props) {
  return (
    <div role="alert" className="max-w-prose">
      <h1 className="text-xl">This page broke</h1>
      <p className="mt-2 text-muted">
        The fault is the dashboard's; nothing was changed by it.
        {error.digest !== undefined && ` Its number in the server's log is ${error.digest}.`}
      </p>
      <div className="mt-4">
        <Button onClick={reset}>Try again</Button>
      </div>
    </div>
  );
}
