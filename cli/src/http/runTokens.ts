import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { mintToken } from "./mintToken.ts";

const Listed = z.array(z.object({ id: z.string(), name: z.string() }));

/** Longer than nearly every command; one that lasts longer gets another. */
const TTL = "15m";

/** The tokens of one run of the command line: made when first needed, revoked at its end. */
export class RunTokens {
  readonly #context: CliContext;
  readonly #base: string;
  /** Lists show it; by it this run finds its own. */
  readonly #name = `supalove command line (${randomBytes(6).toString("hex")})`;
  #token: Promise<string> | undefined;

  /** @param base URL of the API */
  constructor(context: CliContext, base: string) {
    this.#context = context;
    this.#base = base;
  }

  current(): Promise<string> {
    this.#token ??= mintToken(this.#context, TTL, this.#name);
    return this.#token;
  }

  renew(): Promise<string> {
    this.#token = mintToken(this.#context, TTL, this.#name);
    return this.#token;
  }

  /** Ends them. Also after ctrl-C, but never in the way of the command's own end: they expire by themselves. */
  async revoke(): Promise<void> {
    if (this.#token === undefined) return;
    try {
      const init = { headers: { authorization: `Bearer ${await this.#token}` }, signal: AbortSignal.timeout(5000) };
      const tokens = Listed.parse(await (await fetch(`${this.#base}/v1/access-tokens`, init)).json());
      // A token can't revoke another one once it is gone itself, so the newest, which is in use, goes last.
      for (const { id } of tokens.filter(({ name }) => name === this.#name).reverse()) {
        await fetch(`${this.#base}/v1/access-tokens/${id}`, { ...init, method: "DELETE" });
      }
    } catch {
      // The API has gone, or the token was never made.
    }
  }
}
