import type { Metadata } from "next";
import { AllOperations } from "../../../features/operations/components/AllOperations.tsx";

export const metadata: Metadata = { title: "Operations" };

export default function OperationsPage() {
  return <AllOperations />;
}
