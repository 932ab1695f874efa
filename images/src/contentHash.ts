import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { transform } from "esbuild";

/** Files that never change what an image holds: what is generated follows from what is hashed. */
const IGNORED =
  /(^|\/)(node_modules|dist|coverage|generated|testing|\.next)(\/|$)|\.test\.ts$|\.log$|(^|\/)(README\.md|next-env\.d\.ts)$/;

/**
 * Digest over the content, names and executable bits of files and folders; times and owners don't count.
 * @param root folder the paths are relative to, so that the digest is the same in every clone
 * @param paths files and folders; one that doesn't exist counts as absent and may appear later
 * @param inputs further inputs, such as versions and the digests of parent images
 */
export async function contentHash(
  root: string,
  paths: readonly string[],
  inputs: Readonly<Record<string, string>>,
): Promise<string> {
  const files = (await Promise.all(paths.map((path) => listFiles(join(root, path))))).flat();
  const unique = [...new Set(files.map((file) => relative(root, file)))].filter((path) => !IGNORED.test(path)).sort();
  const entries = await Promise.all(unique.map(async (path) => [path, await fileDigest(join(root, path))] as const));
  const hash = createHash("sha256");
  hash.update(JSON.stringify([Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)), entries]));
  return hash.digest("hex").slice(0, 16);
}

async function listFiles(path: string): Promise<string[]> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return [];
  if (!entry.isDirectory()) return [path];
  const names = await readdir(path);
  const kept = names.filter((name) => !IGNORED.test(name));
  return (await Promise.all(kept.map((name) => listFiles(join(path, name))))).flat();
}

async function fileDigest(path: string): Promise<string> {
  const entry = await lstat(path);
  const content = entry.isSymbolicLink() ? await readlink(path) : await fileContent(path);
  const mode = (entry.mode & 0o100) === 0 ? "-" : "x";
  return `${mode}${createHash("sha256").update(content).digest("hex")}`;
}

/** An image's definition counts without comments and layout: reformatting it must not rebuild every database image. */
async function fileContent(path: string): Promise<string | Buffer> {
  const content = await readFile(path);
  if (basename(path) !== "image.ts") return content;
  const { code } = await transform(content, { loader: "ts", minifyWhitespace: true, legalComments: "none" });
  return code;
}
