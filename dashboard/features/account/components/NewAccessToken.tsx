"use client";

import type { CreatedAccessToken } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { z } from "zod";
import { callApi } from "../../../lib/callApi.ts";
import { fieldErrors } from "../../../lib/fieldErrors.ts";
import { Button } from "../../../ui/Button.tsx";
import { CodeBlock } from "../../../ui/CodeBlock.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { SelectField, TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";

const DAY = 24 * 3600;
const LIVES = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "a year"],
] as const;

/** Makes a token and shows it this once. */
export function NewAccessToken() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("30");
  const make = useMutation({
    mutationFn: () =>
      callApi<z.infer<typeof CreatedAccessToken>>("/v1/access-tokens", {
        body: { name, expires_in: Number(days) * DAY },
      }),
    gcTime: 0,
    onSuccess: () => {
      setName("");
      return client.invalidateQueries({ queryKey: ["access-tokens"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Panel title="New token">
      <form onSubmit={submit} className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_9rem_auto] sm:items-start" noValidate>
        <TextField
          label="Name"
          value={name}
          onChange={({ target }) => setName(target.value)}
          error={fieldErrors(make.error)["name"]}
        />
        <SelectField label="Good for" value={days} onChange={({ target }) => setDays(target.value)}>
          {LIVES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        <div className="sm:pt-6.5">
          <Button type="submit" tone="primary" busy={make.isPending} disabled={name.trim() === ""}>
            Make token
          </Button>
        </div>
      </form>
      {make.isError && (
        <div className="mt-4">
          <FailureNote error={make.error} doing="make the token" />
        </div>
      )}
      {make.data !== undefined && (
        <div className="mt-4" role="status">
          <p className="mb-1.5 text-sm">Copy it now; it is not shown again.</p>
          <CodeBlock code={make.data.token} what="Access token" />
        </div>
      )}
    </Panel>
  );
}
