import { readFile } from "node:fs/promises";
import type { EngineSettings } from "./engineSettings.ts";

/**
 * Secrets of the engine itself, which its messages can hold: where it can't open its backend it prints the whole URL.
 * @returns the URL, its password as written and as meant, and the passphrase of the stacks
 */
export async function engineSecrets({ backendUrl, passphraseFile }: EngineSettings): Promise<string[]> {
  // A passphrase that can't be read is no secret of this run; the engine says itself that it is missing.
  const passphrase = await readFile(passphraseFile, "utf8").catch(() => "");
  return [backendUrl, ...passwordOf(backendUrl), passphrase.trim()];
}

function passwordOf(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // A per cent sign that stands for itself.
    return [password];
  }
}
