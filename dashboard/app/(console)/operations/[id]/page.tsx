import type { Metadata } from "next";
import { OperationPage } from "../../../../features/operations/components/OperationPage.tsx";

export const metadata: Metadata = { title: "Operation" };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export default async function OneOperationPage({ params }: Props) {
  return <OperationPage operationId={(await params).id} />;
}
