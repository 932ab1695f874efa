import type { Metadata } from "next";
import { SqlEditorPage } from "../../../../../features/sql/components/SqlEditorPage.tsx";

export const metadata: Metadata = { title: "SQL editor" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function SqlPage({ params }: Props) {
  return <SqlEditorPage projectRef={(await params).ref} />;
}
