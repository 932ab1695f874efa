import { GatewayError } from "../errors/gatewayError.ts";

export interface RequestTarget {
  /** Path as it was sent, percent-encoding untouched. */
  readonly path: string;
  /** Query string with its `?`, or empty. */
  readonly search: string;
}

/**
 * What two readers of one path might understand differently: empty and dot segments, backslashes, fragments, encoded
 * slashes, dots, backslashes and control characters, broken percent-encoding, anything outside of printable ASCII.
 */
const AMBIGUOUS_PATH =
  /\/\/|\/\.{1,2}(?:\/|$)|[\\#]|[^\x21-\x7e]|%(?:2[ef]|5c|7f|[01][0-9a-f]|[^0-9a-f]|[0-9a-f][^0-9a-f]|[0-9a-f]?$)/i;

/**
 * Splits a raw request target. Nothing is normalised: what is not plain is refused, so that the gateway and the service
 * behind it can never disagree on where a request goes.
 * @throws GatewayError bad_request_target
 */
export function parseRequestTarget(raw: string): RequestTarget {
  if (raw.charCodeAt(0) !== 47 /* "/" */) {
    throw new GatewayError("bad_request_target", "The request target must be a path.");
  }
  const mark = raw.indexOf("?");
  const path = mark === -1 ? raw : raw.slice(0, mark);
  if (AMBIGUOUS_PATH.test(path)) {
    throw new GatewayError("bad_request_target", "The path can be read in more than one way.");
  }
  return { path, search: mark === -1 ? "" : raw.slice(mark) };
}
