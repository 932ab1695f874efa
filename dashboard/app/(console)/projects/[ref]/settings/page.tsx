import type { Metadata } from "next";
import { ProjectSettings } from "../../../../../features/projects/components/ProjectSettings.tsx";

export const metadata: Metadata = { title: "Settings" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function SettingsPage({ params }: Props) {
  return <ProjectSettings projectRef={(await params).ref} />;
}
