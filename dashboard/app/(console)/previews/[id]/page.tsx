import { PreviewId } from "@supalove/contracts/api/common.ts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PreviewPage } from "../../../../features/previews/components/PreviewPage.tsx";
import { previewQuery } from "../../../../features/previews/queries.ts";
import { Preloaded } from "../../../../server/api/Preloaded.tsx";

export const metadata: Metadata = { title: "Preview" };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function OnePreviewPage({ params }: Props) {
  const id = PreviewId.safeParse((await params).id);
  if (!id.success) notFound();
  return (
    <Preloaded preloads={[{ queryKey: previewQuery(id.data).queryKey, path: `previews/${id.data}` }]}>
      <PreviewPage previewId={id.data} />
    </Preloaded>
  );
}
