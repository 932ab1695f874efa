"use client";

import type { OrganizationMember } from "@supalove/contracts/api/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { callApi } from "../../../lib/callApi.ts";
import { fieldErrors } from "../../../lib/fieldErrors.ts";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { SelectField, TextField } from "../../../ui/Field.tsx";
import { membersQuery } from "../queries.ts";
import { ROLES } from "../words.ts";

/** Adds a person who has signed in once. */
export function AddMember({ slug }: { readonly slug: string }) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("developer");
  const add = useMutation({
    mutationFn: () => callApi<OrganizationMember>(`/v1/organizations/${slug}/members`, { body: { email, role } }),
    onSuccess: () => {
      setEmail("");
      return client.invalidateQueries(membersQuery(slug));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4 border-t p-4" aria-label="Add a member">
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_13rem_auto] sm:items-start">
        <TextField
          label="Email"
          type="email"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          hint="Of the account they have signed in here with. See by the name that it is who you mean."
          error={fieldErrors(add.error)["email"]}
        />
        <SelectField
          label="Role"
          value={role}
          onChange={({ target }) => setRole(target.value)}
          hint={ROLES.find(([value]) => value === role)?.[2]}
        >
          {ROLES.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <div className="sm:pt-6.5">
          <Button type="submit" tone="primary" busy={add.isPending} disabled={email.trim() === ""}>
            Add member
          </Button>
        </div>
      </div>
      {add.isError && <FailureNote error={add.error} doing="add the member" />}
      {add.data !== undefined && (
        <p role="status" className="text-sm">
          {add.data.user_name} is a member now.
        </p>
      )}
    </form>
  );
}
