import type { Metadata } from "next";
import { StackPage } from "../../../../../features/stack/components/StackPage.tsx";

export const metadata: Metadata = { title: "Stack" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function ProjectStackPage({ params }: Props) {
  return <StackPage projectRef={(await params).ref} />;
}
