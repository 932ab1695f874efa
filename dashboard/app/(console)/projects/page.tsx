import type { Metadata } from "next";
import { ProjectList } from "../../../features/projects/components/ProjectList.tsx";

export const metadata: Metadata = { title: "Projects" };

export default function ProjectsPage() {
  return <ProjectList />;
}
