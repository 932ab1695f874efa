import type { BackupReason } from "@supalove/contracts/api/index.ts";

const REASONS: Readonly<Record<BackupReason, string>> = {
  destroy: "before it was deleted",
  upgrade: "before its database was upgraded",
};

/** Why a backup was taken. */
export const reasonWords = (reason: BackupReason): string => REASONS[reason];

/** The command that fetches a backup's file from the server. */
export const fetchCommand = (id: string): string => `./supalove backups get ${id} --output ${id}.dump`;
