import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, unlink } from "node:fs/promises";
import { codeOf } from "../errors.ts";

async function writeBeside(path: string, content: string, mode: number): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await unlink(temporary);
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
}

/** Replaces a file in one step: a reader sees the old content or the new, and a power cut leaves one of them whole. */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = await writeBeside(path, content, mode);
  await rename(temporary, path);
}

/**
 * Writes a file unless it is there already, whole or not at all, and says what it holds afterwards. Of two callers at
 * once one wins and both are told the winner's content.
 */
export async function createFileOnce(path: string, content: string, mode = 0o600): Promise<string> {
  const temporary = await writeBeside(path, content, mode);
  try {
    await link(temporary, path);
    return content;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return await readFile(path, "utf8");
  } finally {
    await unlink(temporary);
  }
}

/** Content of a text file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
