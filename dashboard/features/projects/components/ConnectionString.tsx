"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button } from "../../../ui/Button.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { EyeIcon } from "../../../ui/icons.tsx";
import { databaseConnectionQuery, revealDatabaseConnection } from "../queries.ts";

/** How long a revealed password stays on the screen. */
const SHOWN_MS = 60_000;

/** The way to the database without the gateway; its password is masked until it is asked for. */
export function ConnectionString({ projectRef }: { readonly projectRef: string }) {
  const connection = useQuery(databaseConnectionQuery(projectRef));
  const fetchString = async () => (await revealDatabaseConnection(projectRef)).connection_string;
  const { data: shown, reset, mutate, isPending, error } = useMutation({ mutationFn: fetchString, gcTime: 0 });
  useEffect(() => {
    if (shown === undefined) return;
    const timer = setTimeout(reset, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, reset]);
  const failed = connection.error ?? error;
  return (
    <div className="grid gap-x-4 gap-y-1 lg:grid-cols-[9.5rem_minmax(0,1fr)_auto] lg:items-center">
      <span className="text-sm font-medium">Connection string</span>
      <span data-testid="connection-string" className="font-mono text-xs [overflow-wrap:anywhere]">
        {shown ?? connection.data?.connection_string ?? "…"}
      </span>
      <span className="flex gap-2">
        <Button
          small
          busy={isPending}
          onClick={() => (shown === undefined ? mutate() : reset())}
          aria-label={shown === undefined ? "Reveal connection string" : "Hide connection string"}
        >
          <EyeIcon className="size-3.5" />
          {shown === undefined ? "Reveal" : "Hide"}
        </Button>
        <CopyButton text={fetchString} what="Connection string" />
      </span>
      {failed !== null && (
        <div className="lg:col-span-3">
          <FailureNote error={failed} doing="load the connection string" />
        </div>
      )}
    </div>
  );
}
