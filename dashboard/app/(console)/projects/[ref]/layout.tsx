import { ProjectRef } from "@supalove/contracts/projectRef.ts";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ProjectFrame } from "../../../../features/projects/components/ProjectFrame.tsx";
import { projectQuery } from "../../../../features/projects/queries.ts";
import { Preloaded } from "../../../../server/api/Preloaded.tsx";

interface Props {
  readonly params: Promise<{ readonly ref: string }>;
  readonly children: ReactNode;
}

/** All pages of one project. */
export default async function ProjectLayout({ params, children }: Props) {
  const ref = ProjectRef.safeParse((await params).ref);
  if (!ref.success) notFound();
  return (
    <Preloaded preloads={[{ queryKey: projectQuery(ref.data).queryKey, path: `projects/${ref.data}` }]}>
      <ProjectFrame projectRef={ref.data}>{children}</ProjectFrame>
    </Preloaded>
  );
}
