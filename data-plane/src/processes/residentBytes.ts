import { readFileSync } from "node:fs";

const PAGE = 4_096;

/** Resident memory of a process without what it shares (the program's own pages); 0 when it is gone. */
export function residentBytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ");
    return (Number(resident) - Number(shared)) * PAGE;
  } catch {
    return 0;
  }
}
