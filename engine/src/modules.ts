import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { PLUGIN_VERSIONS, PULUMI_VERSION } from "./versions.ts";

/** Folder of our Go modules. */
export const MODULES_DIR = fileURLToPath(new URL("../modules", import.meta.url));

/** Digest of the pinned versions and of our Go modules: what an engine built from them is. */
export async function engineSourcesDigest(folder = MODULES_DIR): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.go$|^go\.(mod|sum)$/.test(entry.name));
  const hash = createHash("sha256").update(JSON.stringify([PULUMI_VERSION, PLUGIN_VERSIONS]));
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) hash.update(`\n${relative(folder, path)}\n`).update(await readFile(path));
  return hash.digest("hex").slice(0, 16);
}
