"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ButtonLink } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { organizationsQuery, projectsQuery } from "../queries.ts";
import { statusTone, statusWords } from "../status.ts";

const NewProject = () => (
  <ButtonLink href="/projects/new" tone="primary">
    <PlusIcon /> New project
  </ButtonLink>
);

/** All projects of the person, those of one organization together. */
export function ProjectList() {
  const projects = useQuery(projectsQuery());
  const organizations = useQuery(organizationsQuery());
  const groups = groupByOrganization(projects.data ?? []);
  const nameOf = (id: string) => organizations.data?.find((organization) => organization.id === id)?.name ?? id;
  return (
    <>
      <PageHeader title="Projects" actions={<NewProject />} />
      {projects.isPending && (
        <div className="rounded-lg border bg-surface">
          <Loading what="projects" />
        </div>
      )}
      {projects.isError && (
        <FailureNote error={projects.error} doing="load the projects" onRetry={() => void projects.refetch()} />
      )}
      {projects.data?.length === 0 && (
        <div className="rounded-lg border bg-surface">
          <EmptyState title="No projects yet" action={<NewProject />}>
            A project is a Postgres database with a REST API and keys for supabase-js. You see what will be made before
            it is made.
          </EmptyState>
        </div>
      )}
      <div className="flex flex-col gap-6">
        {groups.map(([organization, members]) => (
          <section key={organization} aria-label={nameOf(organization)}>
            {groups.length > 1 && <h2 className="mb-2 text-sm text-muted">{nameOf(organization)}</h2>}
            <ProjectTable projects={members} />
          </section>
        ))}
      </div>
    </>
  );
}

function ProjectTable({ projects }: { readonly projects: readonly Project[] }) {
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface">
      <table className="w-full text-left">
        <thead className="border-b text-xs text-muted">
          <tr>
            <th className="px-4 py-2 font-medium">Name</th>
            <th className="px-4 py-2 font-medium">Status</th>
            <th className="hidden px-4 py-2 font-medium sm:table-cell">Plan</th>
            <th className="hidden px-4 py-2 font-medium md:table-cell">Ref</th>
            <th className="hidden px-4 py-2 font-medium sm:table-cell">Created</th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {projects.map(({ ref, name, status, plan, size, created_at }) => (
            <tr key={ref} className="relative hover:bg-sunken">
              <td className="max-w-56 px-4 py-2.5 sm:max-w-96">
                {/* The whole row leads there; the name is what is read out. */}
                <Link href={`/projects/${ref}`} className="block truncate font-medium after:absolute after:inset-0">
                  {name}
                </Link>
              </td>
              <td className="px-4 py-2.5">
                <StatusMark tone={statusTone(status)} words={statusWords(status)} />
              </td>
              <td className="hidden whitespace-nowrap px-4 py-2.5 sm:table-cell">
                <Tag>{`${plan} · ${size}`}</Tag>
              </td>
              <td className="hidden px-4 py-2.5 font-mono text-xs text-muted md:table-cell">{ref}</td>
              <td className="hidden px-4 py-2.5 text-sm text-muted sm:table-cell">
                <Moment at={created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function groupByOrganization(projects: readonly Project[]): [string, Project[]][] {
  const groups = new Map<string, Project[]>();
  for (const project of projects) {
    const group = groups.get(project.organization_id);
    if (group === undefined) groups.set(project.organization_id, [project]);
    else group.push(project);
  }
  return [...groups];
}
