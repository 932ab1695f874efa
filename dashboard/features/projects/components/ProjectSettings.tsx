"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { projectQuery } from "../queries.ts";
import { ChangeForm } from "./ChangeForm.tsx";
import { DeleteProject } from "./DeleteProject.tsx";

/** What can be changed of a project. Every change ends in a preview. */
export function ProjectSettings({ projectRef }: { readonly projectRef: string }) {
  const { data: project } = useQuery(projectQuery(projectRef));
  if (project === undefined) return null;
  return (
    <>
      <PageHeader title="Settings" about="Each change is shown as a diff first." />
      <div className="flex max-w-2xl flex-col gap-5">
        <ChangeForm key={project.ref} project={project} />
        <DeleteProject project={project} />
      </div>
    </>
  );
}
