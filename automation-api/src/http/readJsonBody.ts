import type { IncomingMessage } from "node:http";
import { ApiError } from "./apiError.ts";
import { errors } from "./errors.ts";

/** Largest body of a route that names no limit of its own. */
export const DEFAULT_BODY_LIMIT = 64 * 1024;

/**
 * Reads a request's JSON body, not before the caller is known and never more than the limit.
 * @returns the parsed value; undefined for an empty body
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit) throw tooLarge(limit);
  checkMediaType(request, declared);
  const bytes = await readBytes(request, limit);
  if (bytes.length === 0) return undefined;
  return parseJson(bytes);
}

function checkMediaType(request: IncomingMessage, declared: number): void {
  const hasBody = declared > 0 || request.headers["transfer-encoding"] !== undefined;
  if (!hasBody) return;
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(request.headers["content-type"] ?? "")?.[1];
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (mediaType.trim().toLowerCase() !== "application/json") {
    throw new ApiError(
      "unsupported_media_type",
      mediaType === "" ? "The request has no Content-Type." : "The body's Content-Type is not taken here.",
      "Send the body as `Content-Type: application/json`.",
    );
  }
  if (encoding.toLowerCase() !== "identity" || (charset !== undefined && charset.toLowerCase() !== "utf-8")) {
    throw new ApiError(
      "unsupported_media_type",
      "The body is encoded in a way that is not taken.",
      "Send plain UTF-8.",
    );
  }
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses bytes as JSON; not UTF-8 and not JSON are the same error to the caller. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw errors.invalidJson("it is not UTF-8");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser's message may quote the body, secrets included: only the place is passed on.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw errors.invalidJson(position === undefined ? "it ends too early" : `unexpected text at position ${position}`);
  }
}

function tooLarge(limit: number): ApiError {
  // The connection stays: what the client still sends is read and dropped, or it would never see this answer.
  return new ApiError("body_too_large", `The body is larger than ${limit} bytes.`, "Send a smaller body.");
}
