import type { IncomingMessage } from "node:http";
import { QueryError } from "./queryError.ts";

/** A migration may be long, but is not a data import. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Reads a JSON body up to a fixed size. @throws QueryError */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new QueryError(413, "body_too_large", `The body has more than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new QueryError(400, "invalid_request", "The body is not JSON.");
  }
}
