import { createHash, randomBytes } from "node:crypto";

/** Characters of a token that are shown in lists: `sbp_` and six of its 40 digits. */
const SHOWN = 10;

export interface NewToken {
  readonly token: string;
  readonly hash: string;
  readonly prefix: string;
}

/** Draws a personal access token in the Supabase format: `sbp_` and 160 random bits in hexadecimal. */
export function newPersonalAccessToken(): NewToken {
  const token = `sbp_${randomBytes(20).toString("hex")}`;
  return { token, hash: hashToken(token), prefix: token.slice(0, SHOWN) };
}

/** What is stored of a token. A plain SHA-256 is enough: nobody guesses 160 random bits. */
export const hashToken = (token: string) => createHash("sha256").update(token).digest("hex");
