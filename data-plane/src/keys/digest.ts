import { hash } from "node:crypto";

/**
 * SHA-256 of a key or token, as the name it is looked up by. A look-up by digest takes a time that depends on the
 * digest only, which a caller can't steer towards another's, so it says nothing about the stored secret.
 */
export const digest = (secret: string): string => hash("sha256", secret, "base64");
