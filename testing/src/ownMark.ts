import { readFile } from "node:fs/promises";

/**
 * What test runs leave behind when they are killed carries this label; `supalove test` removes what belongs to a process
 * that is gone.
 */
export const TEST_LABEL = "supalove.test";

/** This process, told apart from a later one of the same number by its start time: the label's value. */
export async function ownMark(): Promise<string> {
  const stat = await readFile("/proc/self/stat", "utf8");
  return `${process.pid}-${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}
