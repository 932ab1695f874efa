"use client";

import type { Project } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ApiFailure } from "../../../lib/callApi.ts";
import { databaseConnectionQuery } from "../queries.ts";
import { ConnectionString } from "./ConnectionString.tsx";

/** The way to the database without the gateway, or how it comes to have one. */
export function DatabaseAccess({ project: { ref, stack } }: { readonly project: Project }) {
  const unpublished = stack !== null && !stack.publish_database;
  const { error } = useQuery({ ...databaseConnectionQuery(ref), enabled: !unpublished });
  // The API's word counts too: it may have been taken back since the project was looked at.
  const refused = error instanceof ApiFailure && error.code === "database_not_published";
  if (!unpublished && !refused) return <ConnectionString projectRef={ref} />;
  return (
    <div className="grid gap-x-4 gap-y-1 lg:grid-cols-[9.5rem_minmax(0,1fr)]">
      <span className="text-sm font-medium">Connection string</span>
      <p className="text-sm text-muted">
        The database takes no direct connections: only the project's own services reach it.{" "}
        <Link href={`/projects/${ref}/settings`} className="font-medium text-accent underline underline-offset-4">
          Publish it in the settings
        </Link>
        .
      </p>
    </div>
  );
}
