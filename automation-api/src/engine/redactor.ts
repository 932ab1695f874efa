import { hideUrlPasswords, MASK } from "../secrets/hideUrlPasswords.ts";

/** Shorter texts are not looked for: they would blank out half of every message, and no secret of ours is so short. */
const MIN_LENGTH = 6;

/**
 * Cuts secrets out of texts that people will read, in the encodings such texts hold them in: plain, quoted for JSON, SQL,
 * Go and URLs, hexadecimal, and base64 at any of the three alignments a longer text can give it. A password in a URL goes
 * whether it is known or not.
 */
export class Redactor {
  readonly #known = new Set<string>();
  #needles: string[] = [];

  add(secret: string): void {
    if (secret.length < MIN_LENGTH || this.#known.has(secret)) return;
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
    for (const needle of this.#needles) result = result.replaceAll(needle, MASK);
    return hideUrlPasswords(result);
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
