import { access, constants } from "node:fs/promises";
import { join } from "node:path";

const SYSTEM_FOLDERS = [
  "/usr/local/go/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** Full path of a program on the search path or in the system's own folders; undefined when there is none. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const dir of new Set([...path.split(":"), ...SYSTEM_FOLDERS])) {
    if (dir === "") continue;
    const candidate = join(dir, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
