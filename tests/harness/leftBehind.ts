import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { instance } from "./platform.ts";
import { docker } from "./stack.ts";

/*
 * What nobody who asks the API would ever hear of. Not looked for, as it is rightly there: the engine's cache of compiled
 * files, its plugins, and containers that read what an image is, which belong to no operation.
 */

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const inside = async (service: string, script: string) =>
  lines(await docker("exec", `${instance}-${service}`, "sh", "-c", script));

/** Containers that an operation has for a while, to dump a database or to try a backup. */
async function throwaways(): Promise<string[]> {
  const filters = [`supalove.instance=${instance}`, "supalove.backup"].flatMap((label) => [
    "--filter",
    `label=${label}`,
  ]);
  const format = '{{.Names}} {{.Label "supalove.backup"}}';
  return lines(await docker("ps", "--all", ...filters, "--format", format)).filter((line) => !line.endsWith(" none"));
}

/** Things of projects that are not there any more, and of backups that nobody takes. */
async function leftBehind(refs: readonly string[]) {
  const ofOthers = (found: readonly string[]) => found.filter((ref) => !refs.includes(ref));
  const ends = "cat /proc/[0-9]*/environ 2>/dev/null | grep -aoE 'db_[a-z]{20}' | sort -u";
  const folders = await inside("runner", "ls /tmp/supalove-stacks");
  return {
    folders: ofOthers(folders.filter((name) => /^[a-z]{20}$/.test(name))),
    engineFolders: folders.filter((name) => name.startsWith("engine-")).slice(SPARE_ENGINES),
    temporary: (await inside("runner", "ls /tmp")).filter((name) => name !== "supalove-stacks"),
    // By the database in the address that each PostgREST is given; one of a project that is there may be idle.
    restProcesses: ofOthers((await inside("gateway", ends)).map((name) => name.slice("db_".length))),
    throwaways: await throwaways(),
    halfWritten: await inside("runner", "ls /var/lib/supalove/backups 2>/dev/null | grep '\\.partial$' || true"),
  };
}

/** Engine processes that are kept ready, each with its folder: as many as operations may run at once. */
const SPARE_ENGINES = 2;
/** How long a process may take to end. */
const PATIENCE_MS = 30_000;
const NOTHING = { folders: [], engineFolders: [], temporary: [], restProcesses: [], throwaways: [], halfWritten: [] };

/** Beside the projects that are there, nothing of any is. Hooks ask as well as cases. */
export async function expectNothingBehind(refs: readonly string[]): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let found = await leftBehind(refs);
  while (!isDeepStrictEqual(found, NOTHING) && Date.now() < deadline) {
    await sleep(500);
    found = await leftBehind(refs);
  }
  expect(found).toEqual(NOTHING);
}
