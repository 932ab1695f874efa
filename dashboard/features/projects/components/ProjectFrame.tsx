"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { projectQuery } from "../queries.ts";
import { statusTone, statusWords } from "../status.ts";
import { ProjectNav } from "./ProjectNav.tsx";

/** Head and sections of a project around whatever page of it is shown. */
export function ProjectFrame({ projectRef, children }: { readonly projectRef: string; readonly children: ReactNode }) {
  const project = useQuery(projectQuery(projectRef));
  if (project.isPending) return <Loading what="the project" />;
  if (project.isError) {
    return (
      <>
        <FailureNote error={project.error} doing="load this project" onRetry={() => void project.refetch()} />
        <p className="mt-4">
          <Link href="/projects" className="font-medium text-accent underline underline-offset-4">
            To your projects
          </Link>
        </p>
      </>
    );
  }
  const { name, status, plan, size } = project.data;
  return (
    <div className="md:grid md:grid-cols-[11rem_minmax(0,1fr)] md:gap-8">
      <div className="md:sticky md:top-19 md:self-start">
        <div className="mb-3 md:mb-4">
          <p className="font-semibold leading-snug [overflow-wrap:anywhere]">{name}</p>
          <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <StatusMark tone={statusTone(status)} words={statusWords(status)} />
            <Tag>{`${plan} · ${size}`}</Tag>
          </div>
        </div>
        <ProjectNav projectRef={projectRef} plan={plan} />
      </div>
      <div className="mt-5 min-w-0 md:mt-0">{children}</div>
    </div>
  );
}
