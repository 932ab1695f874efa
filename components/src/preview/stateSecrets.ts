import { type Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import type { Redactor } from "./redactor.ts";

/** The key by which Pulumi marks a special value in its state; this one stands for "secret". */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * Teaches a redactor every secret in a stack's state. Only for failed runs: it starts the CLI.
 * @returns false when the state could not be read, so that secrets may be missing
 */
export async function revealStateSecrets(stack: Stack, redactor: Redactor): Promise<boolean> {
  try {
    const { deployment } = await stack.exportStack();
    for (const secret of secretsIn(deployment)) redactor.addAll(secret);
    return true;
  } catch (error) {
    // No stack, no secrets.
    return error instanceof StackNotFoundError;
  }
}

/** The same value with every secret in the place of its mark, from a state that was exported with its secrets. */
export function revealed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const marked = value as Record<string, unknown>;
  if (SIGNATURE in marked && typeof marked["plaintext"] === "string") return revealed(JSON.parse(marked["plaintext"]));
  if (Array.isArray(value)) return value.map(revealed);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** Every secret value in an exported deployment, parsed. */
export function secretsIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const marked = value as Record<string, unknown>;
  if (SIGNATURE in marked && typeof marked["plaintext"] === "string") {
    try {
      return [JSON.parse(marked["plaintext"]) as unknown];
    } catch {
      return [marked["plaintext"]];
    }
  }
  return Object.values(value).flatMap(secretsIn);
}
