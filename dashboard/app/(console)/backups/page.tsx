import type { Metadata } from "next";
import { BackupsPage } from "../../../features/backups/components/BackupsPage.tsx";

export const metadata: Metadata = { title: "Backups" };

export default function Backups() {
  return <BackupsPage />;
}
