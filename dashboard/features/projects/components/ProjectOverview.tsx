"use client";

import type { ProjectStatus } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { RecentOperations } from "../../operations/components/RecentOperations.tsx";
import { projectQuery } from "../queries.ts";
import { isActive } from "../status.ts";
import { ApiKeys } from "./ApiKeys.tsx";
import { Connect } from "./Connect.tsx";
import { PauseButton } from "./PauseButton.tsx";
import { ProjectFacts } from "./ProjectFacts.tsx";

/** Everything one needs to use a project. */
export function ProjectOverview({ projectRef }: { readonly projectRef: string }) {
  const { data: project } = useQuery(projectQuery(projectRef));
  if (project === undefined) return null;
  return (
    <>
      <PageHeader title="Overview" actions={<PauseButton project={project} />} />
      <div className="flex flex-col gap-5">
        <ProjectFacts project={project} />
        {isActive(project.status) ? (
          <>
            <Connect project={project} />
            <ApiKeys projectRef={projectRef} />
          </>
        ) : (
          <Panel title="Connect">
            <p className="text-sm text-muted">{notNow(project.status)}</p>
          </Panel>
        )}
        <RecentOperations projectRef={projectRef} />
      </div>
    </>
  );
}

const notNow = (status: ProjectStatus): string =>
  status === "INACTIVE"
    ? "The project is paused. Its data, its keys and its addresses are kept; they answer again once it is resumed."
    : "Keys and addresses answer once the project is up. Its operations below say how far it is.";
