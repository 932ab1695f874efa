"use client";

import type { StackService } from "@supalove/contracts";
import type { Project, ServiceVersions } from "@supalove/contracts/api/index.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { SelectField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { askForPreview } from "../../previews/wish.ts";
import { isActive } from "../../projects/status.ts";
import { versionsQuery } from "../queries.ts";
import { SERVICES } from "../services.ts";

type Wish = Partial<Record<StackService, string>>;

/** Versions of a dedicated project's images, and those it may be brought to. A form of its own: they are changed alone. */
export function VersionsPanel({ project }: { readonly project: Project }) {
  const router = useRouter();
  const { ref, status } = project;
  const versions = useQuery(versionsQuery(ref));
  const [wished, setWished] = useState<Wish>({});
  const ask = useMutation({
    mutationFn: (images: Wish) => askForPreview({ path: `/v1/projects/${ref}/previews`, body: { images } }),
    onSuccess: ({ id }) => router.push(`/previews/${id}`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(wished);
  };
  const choose = (service: StackService, version: string) =>
    setWished(({ [service]: _, ...others }) => (version === "" ? others : { ...others, [service]: version }));
  const chosen = Object.keys(wished).length > 0;
  return (
    <Panel
      title="Versions"
      about="They stay as they are until you change them. A backup is made before Postgres changes, and what does not become healthy is taken back by itself."
    >
      {versions.isError ? (
        <FailureNote error={versions.error} doing="read the versions" />
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-5" noValidate>
          <div className="grid gap-5 sm:grid-cols-2">
            {(versions.data ?? []).map((service) => (
              <VersionField
                key={service.service}
                versions={service}
                chosen={wished[service.service] ?? ""}
                onChoose={(version) => choose(service.service, version)}
              />
            ))}
          </div>
          {ask.isError && <FailureNote error={ask.error} doing="preview the upgrade" />}
          <div>
            <Button type="submit" busy={ask.isPending || ask.isSuccess} disabled={!chosen || !isActive(status)}>
              Preview upgrade
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}

interface FieldProps {
  readonly versions: ServiceVersions;
  /** Empty for the one that runs. */
  readonly chosen: string;
  readonly onChoose: (version: string) => void;
}

function VersionField({ versions, chosen, onChoose }: FieldProps) {
  const { service, version, reference, offered } = versions;
  const newer = offered.find((each) => each.newer && each.release);
  const note = offered.find((each) => each.version === chosen)?.note;
  const hint = note || (newer && chosen === "" ? `Newer with this release: ${newer.version}` : undefined);
  return (
    <SelectField
      label={`${SERVICES[service].title} version`}
      value={chosen}
      onChange={({ target }) => onChoose(target.value)}
      disabled={offered.length === 0}
      {...(hint === undefined ? {} : { hint })}
    >
      <option value="">{version ?? reference} (runs now)</option>
      {offered.map((each) => (
        <option key={each.version} value={each.version}>
          {each.version}
          {each.release ? " (this release)" : each.newer ? "" : " (older)"}
        </option>
      ))}
    </SelectField>
  );
}
