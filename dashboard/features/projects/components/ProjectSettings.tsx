"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { VersionsPanel } from "../../stack/components/VersionsPanel.tsx";
import { projectQuery } from "../queries.ts";
import { ChangeForm } from "./ChangeForm.tsx";
import { DeleteProject } from "./DeleteProject.tsx";
import { KeysAndPasswords } from "./KeysAndPasswords.tsx";

/** What can be changed of a project. Every change ends in a preview. */
export function ProjectSettings({ projectRef }: { readonly projectRef: string }) {
  const { data: project } = useQuery(projectQuery(projectRef));
  if (project === undefined) return null;
  const { ref, name, size, extensions, stack } = project;
  return (
    <>
      <PageHeader title="Settings" about="Each change is shown as a diff first." />
      <div className="flex max-w-2xl flex-col gap-5">
        {/* Begins anew when the project has changed meanwhile: old values would look like a wish to go back to them. */}
        <ChangeForm key={JSON.stringify([ref, name, size, extensions, stack])} project={project} />
        <KeysAndPasswords project={project} />
        {stack !== null && <VersionsPanel key={JSON.stringify(stack.images)} project={project} />}
        <DeleteProject project={project} />
      </div>
    </>
  );
}
