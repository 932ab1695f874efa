import type { Metadata } from "next";
import { NewProject } from "../../../../features/projects/components/NewProject.tsx";

export const metadata: Metadata = { title: "New project" };

export default function NewProjectPage() {
  return <NewProject />;
}
