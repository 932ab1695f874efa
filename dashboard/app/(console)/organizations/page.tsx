import type { Metadata } from "next";
import { OrganizationList } from "../../../features/organizations/components/OrganizationList.tsx";

export const metadata: Metadata = { title: "Organizations" };

export default function OrganizationsPage() {
  return <OrganizationList />;
}
