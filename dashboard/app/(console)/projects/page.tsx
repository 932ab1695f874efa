import type { Metadata } from "next";
import { ProjectList } from "../../../features/projects/components/ProjectList.tsx";
import { organizationsQuery, projectsQuery } from "../../../features/projects/queries.ts";
import { Preloaded } from "../../../server/api/Preloaded.tsx";

export const metadata: Metadata = { title: "Projects" };

export default function ProjectsPage() {
  const preloads = [
    { queryKey: projectsQuery().queryKey, path: "projects" },
    { queryKey: organizationsQuery().queryKey, path: "organizations" },
  ];
  return (
    <Preloaded preloads={preloads}>
      <ProjectList />
    </Preloaded>
  );
}
