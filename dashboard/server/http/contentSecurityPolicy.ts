/** What the policy depends on besides the nonce. */
export interface PolicyInput {
  readonly nonce: string;
  /** Origin of the identity provider: signing out is a form that ends there. */
  readonly identityOrigin: string;
  readonly https: boolean;
  /** Development needs `eval` for its error overlay and a socket for reloading. */
  readonly development: boolean;
}

/** Content security policy of a page: only scripts with this answer's nonce run, and nothing may be framed. */
export function buildContentSecurityPolicy({ nonce, identityOrigin, https, development }: PolicyInput): string {
  const directives: Record<string, string> = {
    "default-src": "'none'",
    "script-src": `'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src": `'self' 'nonce-${nonce}'`,
    // Sizes that React writes into attributes of the server's HTML; an attribute can't load or run anything.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": development ? "'self' ws:" : "'self'",
    "manifest-src": "'self'",
    "form-action": `'self' ${identityOrigin}`,
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
  };
  const lines = Object.entries(directives).map(([name, value]) => `${name} ${value}`);
  if (https) lines.push("upgrade-insecure-requests");
  return lines.join("; ");
}
