import { randomInt } from "node:crypto";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A fresh id with its kind in front, `op_4f0…`: 24 characters hold 124 bits. */
export function newId(prefix: "bak" | "op" | "pat" | "prv"): string {
  return `${prefix}_${Array.from({ length: 24 }, () => ALPHABET[randomInt(36)]).join("")}`;
}
