import type { Metadata } from "next";
import { PreviewPage } from "../../../../features/previews/components/PreviewPage.tsx";

export const metadata: Metadata = { title: "Preview" };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function OnePreviewPage({ params }: Props) {
  return <PreviewPage previewId={(await params).id} />;
}
