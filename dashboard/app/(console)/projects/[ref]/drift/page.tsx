import type { Metadata } from "next";
import { DriftPage } from "../../../../../features/drift/components/DriftPage.tsx";

export const metadata: Metadata = { title: "Drift" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function ProjectDriftPage({ params }: Props) {
  return <DriftPage projectRef={(await params).ref} />;
}
