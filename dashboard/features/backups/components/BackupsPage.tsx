"use client";

import type { Backup } from "@supalove/contracts/api/index.ts";
import { useQuery } from "@tanstack/react-query";
import { bytesText } from "../../../ui/bytesText.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { backupsQuery } from "../queries.ts";
import { fetchCommand, reasonWords } from "../words.ts";

/** Dumps that are kept for a while, also of projects that are gone. */
export function BackupsPage() {
  const backups = useQuery(backupsQuery());
  return (
    <>
      <PageHeader
        title="Backups"
        about="Each was restored once after it was taken, and all rows were there. The command fetches its file."
      />
      <Panel title="Kept backups" flush>
        {backups.isPending && <Loading what="backups" />}
        {backups.isError && (
          <div className="p-4">
            <FailureNote error={backups.error} doing="load the backups" onRetry={() => void backups.refetch()} />
          </div>
        )}
        {backups.data?.length === 0 && (
          <EmptyState title="No backups">
            Before a project is deleted, or its Postgres upgraded, its database is backed up. The backup stands here
            until its time is over.
          </EmptyState>
        )}
        <ul className="divide-y">
          {backups.data?.map((backup) => (
            <BackupRow key={backup.id} backup={backup} />
          ))}
        </ul>
      </Panel>
    </>
  );
}

function BackupRow({ backup }: { readonly backup: Backup }) {
  const { id, project_name, project_ref, reason, bytes, created_at, expires_at } = backup;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <div className="min-w-0">
        <p className="flex items-center gap-2 text-sm font-medium">
          <span className="truncate">{project_name}</span>
          <Tag>{reasonWords(reason)}</Tag>
        </p>
        <p className="flex flex-wrap gap-x-3 text-xs text-muted">
          <span className="font-mono">{project_ref}</span>
          <span>{bytesText(bytes)}</span>
          <span>
            taken <Moment at={created_at} />
          </span>
          <span>kept until {new Date(expires_at).toLocaleDateString("en-GB")}</span>
        </p>
      </div>
      <CopyButton text={fetchCommand(id)} what={`command that fetches the backup of ${project_name}`} />
    </li>
  );
}
