import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { instance } from "../../tests/harness/platform.ts";
import type { Bench } from "./report.ts";
import { setupTimes } from "./setupTimes.ts";

/**
 * What the longest set-up of this instance took, part by part, read from its log: the first one on a machine, unless the
 * caches were emptied since. Nothing is set up by measuring.
 */
export const setupParts: Bench = async () => {
  const folder = join(homedir(), ".supalove", instance, "logs");
  const files = (await readdir(folder)).filter((name) => /^setup-.*\.log$/.test(name));
  const runs = await Promise.all(files.map(async (name) => setupTimes(await readFile(join(folder, name), "utf8"))));
  const longest = runs.toSorted((a, b) => b.total - a.total)[0];
  if (longest === undefined) throw new Error(`no log of a set-up in ${folder}: run ./supalove setup first`);
  const seconds = (what: string, value: number, note?: string) => ({
    what,
    value,
    unit: "s",
    ...(note === undefined ? {} : { note }),
  });
  return [
    seconds("set-up, all parts", longest.total, "parts run side by side"),
    ...longest.parts.map(({ name, seconds: took, begun }) => seconds(name, took, `begun after ${begun.toFixed(0)} s`)),
  ];
};
