"use client";

import type { OptionalService, Plan, Size } from "@supalove/contracts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { fieldErrors } from "../../../lib/fieldErrors.ts";
import { Button, ButtonLink } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { SelectField, TextField } from "../../../ui/Field.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { ServicesField } from "../../stack/components/ServicesField.tsx";
import { ALL_OPTIONAL } from "../../stack/services.ts";
import { stillOffered } from "../extensions.ts";
import { organizationsQuery } from "../queries.ts";
import { DEFAULT_SIZE } from "../sizes.ts";
import { ExtensionPicker } from "./ExtensionPicker.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { PlanChoice } from "./PlanChoice.tsx";
import { SizeField } from "./SizeField.tsx";

interface Wished {
  readonly name: string;
  readonly organization: string;
  readonly plan: Plan;
  readonly size: Size;
  /** Of the dedicated plan. */
  readonly services: readonly OptionalService[];
  readonly extensions: readonly string[];
  readonly password: string;
}

const NOTHING: Wished = {
  name: "",
  organization: "",
  plan: "shared",
  size: DEFAULT_SIZE,
  services: ALL_OPTIONAL,
  extensions: [],
  password: "",
};

const wishBody = ({ name, organization, plan, size, services, extensions, password }: Wished) => ({
  name,
  plan,
  size,
  extensions,
  ...(plan === "dedicated" ? { services: ["db", ...services] } : {}),
  ...(organization === "" ? {} : { organization_id: organization }),
  ...(password === "" ? {} : { db_pass: password }),
});

/** Asks for a project. Ends in a preview: nothing is made here. */
export function NewProject() {
  const router = useRouter();
  const organizations = useQuery(organizationsQuery());
  const [wished, setWished] = useState(NOTHING);
  const change = (part: Partial<Wished>) => setWished((before) => ({ ...before, ...part }));
  const ask = useMutation({
    mutationFn: () => askForPreview({ path: "/v1/previews", body: wishBody(wished) }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const errors = fieldErrors(ask.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        title="New project"
        about="The next page shows what will be made. Nothing is made before you say so."
      />
      <form onSubmit={submit} className="flex flex-col gap-6 rounded-lg border bg-surface p-5" noValidate>
        <TextField
          label="Name"
          value={wished.name}
          onChange={({ target }) => change({ name: target.value })}
          error={errors["name"]}
          autoFocus
          required
        />
        {(organizations.data?.length ?? 0) > 1 && (
          <SelectField
            label="Organization"
            value={wished.organization}
            onChange={({ target }) => change({ organization: target.value })}
            error={errors["organization_id"]}
          >
            <option value="">Your first</option>
            {organizations.data?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <PlanChoice
          plan={wished.plan}
          onChange={(plan) => change({ plan, extensions: stillOffered(plan, wished.extensions) })}
        />
        <SizeField plan={wished.plan} size={wished.size} onChange={(size) => change({ size })} error={errors["size"]} />
        {wished.plan === "dedicated" && (
          <ServicesField
            chosen={wished.services}
            onChange={(services) => change({ services })}
            error={errors["services"]}
          />
        )}
        <ExtensionPicker
          plan={wished.plan}
          chosen={wished.extensions}
          onChange={(extensions) => change({ extensions })}
          error={errors["extensions"]}
        />
        <PasswordField
          plan={wished.plan}
          password={wished.password}
          onChange={(password) => change({ password })}
          error={errors["db_pass"]}
        />
        {ask.isError && <FailureNote error={ask.error} doing="preview the project" />}
        <div className="flex gap-2">
          <Button
            type="submit"
            tone="primary"
            busy={ask.isPending || ask.isSuccess}
            disabled={wished.name.trim() === ""}
          >
            Preview
          </Button>
          <ButtonLink tone="quiet" href="/projects">
            Cancel
          </ButtonLink>
        </div>
      </form>
    </div>
  );
}
