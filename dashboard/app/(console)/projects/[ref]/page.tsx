import { ProjectRef } from "@supalove/contracts/projectRef.ts";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { FEW } from "../../../../features/operations/components/RecentOperations.tsx";
import { operationsQuery } from "../../../../features/operations/queries.ts";
import { ProjectOverview } from "../../../../features/projects/components/ProjectOverview.tsx";
import { apiKeysQuery } from "../../../../features/projects/queries.ts";
import { Preloaded } from "../../../../server/api/Preloaded.tsx";

export const metadata: Metadata = { title: "Overview" };

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
}

export default async function OverviewPage({ params }: Props) {
  const { data: ref } = ProjectRef.safeParse((await params).ref);
  if (ref === undefined) notFound();
  const preloads = [
    { queryKey: apiKeysQuery(ref).queryKey, path: `projects/${ref}/api-keys` },
    { queryKey: operationsQuery(ref, FEW).queryKey, path: `operations?limit=${FEW}&project_ref=${ref}` },
  ];
  return (
    <Preloaded preloads={preloads}>
      <ProjectOverview projectRef={ref} />
    </Preloaded>
  );
}
