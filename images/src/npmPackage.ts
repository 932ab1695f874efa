import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildContext } from "./definition.ts";

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Folder of an npm package of an exact version, from the cache or the registry. Its install scripts are not run.
 * A finished download appears in one step, so an interrupted one is never taken for it.
 */
export async function npmPackage(context: BuildContext, name: string, version: string): Promise<string> {
  const home = join(context.config.cacheDir, "npm");
  const target = join(home, `${name.replaceAll("/", "+")}@${version}`);
  const folder = join(target, "node_modules", name);
  if (await exists(folder)) return folder;
  context.progress(`downloading ${name} ${version} from npm`);
  await mkdir(home, { recursive: true });
  const partial = await mkdtemp(join(home, "partial-"));
  try {
    await writeFile(join(partial, "package.json"), "{}\n");
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--force"];
    await context.run("npm", ["install", ...flags, "--prefix", partial, `${name}@${version}`]);
    // Two builds at once may both get here; the first one's folder stays.
    await rename(partial, target).catch(async (cause: unknown) => {
      if (!(await exists(folder))) throw cause;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
