/** Set by `proxy.ts` on each request for the pages behind it; what a client sends under these names is overwritten. */
export const NONCE_HEADER = "x-nonce";
/** Path and query of the page. */
export const PATH_HEADER = "x-page-path";
