"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { projectQuery } from "../../projects/queries.ts";
import { isActive } from "../../projects/status.ts";
import { StackPanel } from "./StackPanel.tsx";

/** The containers of a dedicated project, live. */
export function StackPage({ projectRef }: { readonly projectRef: string }) {
  const { data: project } = useQuery(projectQuery(projectRef));
  if (project === undefined) return null;
  return (
    <>
      <PageHeader title="Stack" about="The containers of this project, as its server has them right now." />
      {project.stack === null ? (
        <Panel title="Containers">
          <p className="text-sm text-muted">
            A project of the shared plan has no containers of its own: its database is in the shared cluster.
          </p>
        </Panel>
      ) : project.status === "INACTIVE" ? (
        <Panel title="Containers">
          <p className="text-sm text-muted">
            The project is paused: it keeps its data and its keys, and no container.{" "}
            <Link href={`/projects/${projectRef}`} className="font-medium text-accent underline underline-offset-4">
              Resume it
            </Link>{" "}
            to start them again.
          </p>
        </Panel>
      ) : (
        <StackPanel projectRef={projectRef} active={isActive(project.status)} versions={project.stack.versions} />
      )}
    </>
  );
}
