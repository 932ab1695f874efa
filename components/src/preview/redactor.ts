import { SECRET_MASK } from "@supalove/contracts/api/previews.ts";
import { hideUrlPasswords } from "./hideUrlPasswords.ts";

/** Shorter texts are not looked for: they would blank out half of every message, and no secret of ours is so short. */
const MIN_LENGTH = 6;

/** A password given by name, as in a connection string or a query. */
const NAMED_PASSWORD = /\b((?:password|passwd|pwd)=)(?!\[secret\])('[^']*'|"[^"]*"|[^\s&;,"']+)/gi;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * Cuts secrets out of texts that people will read, in the encodings such texts hold them in: plain, quoted for JSON, SQL,
 * Go and URLs, hexadecimal, and base64 at any of the three alignments a longer text can give it. A password in a URL goes
 * whether it is known or not.
 */
export class Redactor {
  readonly #known = new Set<string>();
  readonly #public: ReadonlySet<string>;
  #needles: string[] = [];

  /** @param publicTexts texts that stand beside secrets, as a host beside its password, and may be read by everybody */
  constructor(publicTexts: readonly string[] = []) {
    this.#public = new Set(publicTexts);
  }

  add(secret: string): void {
    if (secret.length < MIN_LENGTH || this.#known.has(secret) || this.#public.has(secret)) return;
    this.#known.add(secret);
    this.#needles = [...new Set([...this.#needles, ...encodings(secret)])].sort((a, b) => b.length - a.length);
  }

  /** Adds every text in a value, however deep. */
  addAll(value: unknown): void {
    if (typeof value === "string") this.add(value);
    else if (typeof value === "object" && value !== null) for (const child of Object.values(value)) this.addAll(child);
  }

  redact(text: string): string {
    let result = text;
    for (const needle of this.#needles) result = result.replaceAll(needle, SECRET_MASK);
    return hideUrlPasswords(result).replaceAll(NAMED_PASSWORD, `$1${SECRET_MASK}`);
  }

  /** A value with every text in it redacted, keys included. */
  redactAll(value: Json): Json {
    if (typeof value === "string") return this.redact(value);
    if (Array.isArray(value)) return value.map((child) => this.redactAll(child));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [this.redact(key), this.redactAll(child)]));
  }
}

/** Ways a secret can stand in a text. */
export function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const inJson = JSON.stringify(secret).slice(1, -1);
  const hex = bytes.toString("hex");
  return [
    secret,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    secret.replaceAll("'", "''"),
    secret.replaceAll('"', '""'),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    encodeURI(secret),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ].filter((text) => text.length >= MIN_LENGTH);
}

/** The characters of base64 that depend on the secret alone when `offset` bytes stand before it. */
function base64At(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const skip = offset === 0 ? 0 : offset + 1;
  const whole = Math.floor((padded.length * 8) / 6);
  const standard = padded.toString("base64").slice(skip, whole);
  const url = padded.toString("base64url").slice(skip, whole);
  return [standard, url];
}
