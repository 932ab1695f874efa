import { OperationId } from "@supalove/contracts/api/common.ts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { OperationPage } from "../../../../features/operations/components/OperationPage.tsx";
import { operationQuery } from "../../../../features/operations/queries.ts";
import { Preloaded } from "../../../../server/api/Preloaded.tsx";

export const metadata: Metadata = { title: "Operation" };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function OneOperationPage({ params }: Props) {
  const id = OperationId.safeParse((await params).id);
  if (!id.success) notFound();
  return (
    <Preloaded preloads={[{ queryKey: operationQuery(id.data).queryKey, path: `operations/${id.data}` }]}>
      <OperationPage operationId={id.data} />
    </Preloaded>
  );
}
