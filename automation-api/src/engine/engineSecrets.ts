import { readFile } from "node:fs/promises";
import type { EngineSettings } from "./engineSettings.ts";

/**
 * Secrets of the engine itself, for the redactor.
 * @returns the backend's URL, its password as written and as meant, and the passphrase of the stacks
 */
export async function engineSecrets({ backendUrl, passphraseFile }: EngineSettings): Promise<string[]> {
  // A passphrase that can't be read is no secret of this run; the engine says itself that it is missing.
  const passphrase = await readFile(passphraseFile, "utf8").catch(() => "");
  const password = URL.canParse(backendUrl) ? new URL(backendUrl).password : "";
  return [backendUrl, password, decoded(password), passphrase.trim()];
}

/**
 * Variables that tell the engine where its backend is. The password is apart, in the driver's own variable: the URL is
 * printed where the backend does not answer, and is written to a file with each stack that is selected.
 */
export function backendVariables({ backendUrl }: Pick<EngineSettings, "backendUrl">): Record<string, string> {
  const url = URL.canParse(backendUrl) ? new URL(backendUrl) : undefined;
  if (url === undefined || url.password === "") return { PULUMI_BACKEND_URL: backendUrl };
  const password = decoded(url.password);
  url.password = "";
  return { PULUMI_BACKEND_URL: url.href, PGPASSWORD: password };
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // A per cent sign that stands for itself.
    return password;
  }
}
