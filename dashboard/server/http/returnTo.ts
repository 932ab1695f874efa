const HOME = "/projects";
const LONGEST = 2_000;

/** Where to go after sign-in: a page of this dashboard and nothing else, whatever was asked for. */
export function safeReturnTo(wanted: string | null | undefined): string {
  if (wanted === null || wanted === undefined || wanted.length > LONGEST || !wanted.startsWith("/")) return HOME;
  const base = "http://dashboard.invalid";
  let url: URL;
  try {
    url = new URL(wanted, base);
  } catch {
    return HOME;
  }
  // What browsers take for another host (`//host`, `/\host`, with tabs in it) has another origin here too.
  if (url.origin !== base) return HOME;
  const path = url.pathname + url.search + url.hash;
  if (path.startsWith("//") || url.pathname.startsWith("/auth/") || url.pathname.startsWith("/api/")) return HOME;
  return path === "/" ? HOME : path;
}
