import { GatewayError } from "../errors/gatewayError.ts";

/** What of a request may name a project. */
export interface TenantHints {
  readonly path: string;
  readonly host: string | undefined;
  readonly projectId: string | undefined;
}

export interface ResolvedTenant {
  readonly ref: string;
  /** The path behind the project's prefix, with a leading slash. */
  readonly path: string;
  /** `/projects/<ref>` when the path named the project, else empty. */
  readonly prefix: string;
}

const REF = /^[a-z]{20}$/;
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PATH_PREFIX = "/projects/";

/** The ref in a host name `<ref>.<domain>`; undefined when the host name names no project. */
function refOfHost(host: string, domain: string): string | undefined {
  if (!HOST.test(host)) throw new GatewayError("ambiguous_request", "The header Host is not a host name.");
  const colon = host.indexOf(":");
  const name = (colon === -1 || host.startsWith("[") ? host : host.slice(0, colon)).toLowerCase().replace(/\.$/, "");
  if (!name.endsWith(`.${domain}`)) return undefined;
  const label = name.slice(0, -domain.length - 1);
  return REF.test(label) ? label : undefined;
}

/** The ref in `/projects/<ref>/...` and what follows it. */
function refOfPath(path: string): { ref: string; rest: string } | undefined {
  if (!path.startsWith(PATH_PREFIX)) return undefined;
  const end = path.indexOf("/", PATH_PREFIX.length);
  const ref = end === -1 ? path.slice(PATH_PREFIX.length) : path.slice(PATH_PREFIX.length, end);
  if (!REF.test(ref)) throw new GatewayError("project_not_found", "The path names no project that exists.");
  return { ref, rest: end === -1 ? "/" : path.slice(end) };
}

/**
 * Finds the project a request is for: by path, by the header X-Project-Id, by subdomain. Two that disagree are refused
 * rather than ranked: ranking would let one reader in a chain see another project than the next.
 * @param domain parent domain of `<ref>.<domain>`, in lower case
 */
export function resolveTenant(hints: TenantHints, domain: string): ResolvedTenant {
  const { host, projectId } = hints;
  const byPath = refOfPath(hints.path);
  const byHost = host === undefined ? undefined : refOfHost(host, domain);
  if (projectId !== undefined && !REF.test(projectId)) {
    throw new GatewayError("invalid_project_ref", "The header X-Project-Id is not a project ref.");
  }
  const ref = byPath?.ref ?? projectId ?? byHost;
  if (ref === undefined) {
    throw new GatewayError("project_not_found", "The request names no project: use /projects/<ref>/ or X-Project-Id.");
  }
  if ((projectId ?? ref) !== ref || (byHost ?? ref) !== ref) {
    throw new GatewayError("ambiguous_request", "Path, host name and X-Project-Id name different projects.");
  }
  return byPath ? { ref, path: byPath.rest, prefix: PATH_PREFIX + ref } : { ref, path: hints.path, prefix: "" };
}
