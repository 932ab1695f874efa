import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const ITERATIONS = 4096;
const KEY_BYTES = 32;

/** Verifier of a password as Postgres stores it (RFC 5803): with it no statement ever carries the password itself. */
function verifier(password: string, salt: Buffer, iterations: number): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, KEY_BYTES, "sha256");
  const storedKey = createHash("sha256").update(createHmac("sha256", salted).update("Client Key").digest()).digest();
  const serverKey = createHmac("sha256", salted).update("Server Key").digest();
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey.toString("base64")}:${serverKey.toString("base64")}`;
}

/**
 * Verifier to give to `ALTER ROLE ... PASSWORD`. The salt follows from the role's name, which holds the project's random
 * ref: the same input gives the same verifier, so a program that is run again changes nothing.
 */
export function scramVerifier(role: string, password: string): string {
  const salt = createHash("sha256").update(`supalove scram salt\n${role}`).digest().subarray(0, 16);
  return verifier(password, salt, ITERATIONS);
}

/** True when a stored verifier, with whatever salt, is of this password. */
export function matchesVerifier(stored: string, password: string): boolean {
  const parts = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$/.exec(stored);
  if (parts?.[1] === undefined || parts[2] === undefined) return false;
  return verifier(password, Buffer.from(parts[2], "base64"), Number(parts[1])) === stored;
}
