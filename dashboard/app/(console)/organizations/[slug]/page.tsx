import { OrganizationId } from "@supalove/contracts/api/common.ts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { OrganizationPage } from "../../../../features/organizations/components/OrganizationPage.tsx";
import { membersQuery, organizationQuery } from "../../../../features/organizations/queries.ts";
import { Preloaded } from "../../../../server/api/Preloaded.tsx";

export const metadata: Metadata = { title: "Organization" };

interface Props {
  readonly params: Promise<{ readonly slug: string }>;
}

export default async function OneOrganizationPage({ params }: Props) {
  const slug = OrganizationId.safeParse((await params).slug);
  if (!slug.success) notFound();
  const preloads = [
    { queryKey: organizationQuery(slug.data).queryKey, path: `organizations/${slug.data}` },
    { queryKey: membersQuery(slug.data).queryKey, path: `organizations/${slug.data}/members` },
  ];
  return (
    <Preloaded preloads={preloads}>
      <OrganizationPage slug={slug.data} />
    </Preloaded>
  );
}
