import type { Metadata } from "next";
import { PlatformStatus } from "../../../features/platform/components/PlatformStatus.tsx";

export const metadata: Metadata = { title: "Platform" };

export default function PlatformPage() {
  return <PlatformStatus />;
}
