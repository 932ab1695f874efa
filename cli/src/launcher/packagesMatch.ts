import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Run by the launcher before any package is there, so it imports nothing but Node: exits with 0 when node_modules holds
 * exactly what package-lock.json asks for on this machine, with 1 when an installation is due.
 */

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
}
type Packages = Readonly<Record<string, LockEntry>>;

/**
 * Compares a lock file with npm's own record of what it installed.
 * Optional packages may be missing: they are those of other platforms.
 */
export function packagesMatch(wanted: Packages, installed: Packages): boolean {
  const inFolder = (path: string) => path.includes("node_modules/");
  const same = (a: LockEntry, b: LockEntry) =>
    a.version === b.version && a.integrity === b.integrity && a.link === b.link;
  return (
    Object.entries(wanted).every(([path, entry]) => {
      if (!inFolder(path)) return true;
      const there = installed[path];
      return there === undefined ? entry.optional === true : same(entry, there);
    }) && Object.keys(installed).every((path) => !inFolder(path) || path in wanted)
  );
}

function packagesOf(file: string): Packages {
  return (JSON.parse(readFileSync(file, "utf8")) as { packages: Packages }).packages;
}

if (import.meta.main) {
  const root = process.argv[2] ?? ".";
  try {
    const match = packagesMatch(
      packagesOf(join(root, "package-lock.json")),
      packagesOf(join(root, "node_modules", ".package-lock.json")),
    );
    process.exitCode = match ? 0 : 1;
  } catch {
    // No record of an installation: nothing was installed, or not by npm.
    process.exitCode = 1;
  }
}
