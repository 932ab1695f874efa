import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BuildContext } from "./definition.ts";

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * The `node_modules` of a folder with a package.json and a lock file, from the cache or the registry. Install scripts are
 * not run. The lock file holds digests and no addresses, so any registry will do.
 */
export async function npmTree(context: BuildContext, folder: string): Promise<string> {
  const lock = await readFile(join(folder, "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const home = join(context.config.cacheDir, "npm");
  const target = join(home, `${basename(folder)}-${digest}`);
  const modules = join(target, "node_modules");
  if (await exists(modules)) return modules;
  context.progress(`downloading the packages of ${basename(folder)} from npm`);
  await mkdir(home, { recursive: true });
  const partial = await mkdtemp(join(home, "partial-"));
  try {
    for (const name of ["package.json", "package-lock.json"]) await copyFile(join(folder, name), join(partial, name));
    await context.run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--prefix", partial]);
    // Two builds at once may both get here; the first one's folder stays.
    await rename(partial, target).catch(async (cause: unknown) => {
      if (!(await exists(modules))) throw cause;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return modules;
}
