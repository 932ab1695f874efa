import type { Metadata } from "next";
import { ProjectOperations } from "../../../../../features/operations/components/ProjectOperations.tsx";

export const metadata: Metadata = { title: "Operations" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function ProjectOperationsPage({ params }: Props) {
  return <ProjectOperations projectRef={(await params).ref} />;
}
