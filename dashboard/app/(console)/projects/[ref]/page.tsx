import type { Metadata } from "next";
import { ProjectOverview } from "../../../../features/projects/components/ProjectOverview.tsx";

export const metadata: Metadata = { title: "Overview" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function OverviewPage({ params }: Props) {
  return <ProjectOverview projectRef={(await params).ref} />;
}
