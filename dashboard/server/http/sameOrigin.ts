/**
 * Whether a request that changes something comes from a page of this dashboard. The session cookie is `SameSite=Lax`, but
 * other ports of this host and its subdomains (the tenants' own URLs) are the same site: only the origin tells them apart.
 */
export function isSameOrigin(headers: Headers, publicUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  return headers.get("origin") === new URL(publicUrl).origin;
}
