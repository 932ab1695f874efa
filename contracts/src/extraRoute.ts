import { z } from "zod";
import { ExtraRoute } from "./dedicated.ts";
import { overlaps } from "./subnet.ts";

/*
 * What an extra route of a dedicated project's gateway may be. The API asks at its boundary and the gateway's configuration is
 * built by the same rules, so that what the one takes the other does not refuse.
 */

/** First segments of Supabase's paths, and of those the gateway answers itself. */
const RESERVED_SEGMENTS: ReadonlySet<string> = new Set([
  "rest", "rest-admin", "graphql", "auth", "storage", "realtime", "functions", "pg", "sso", "mcp", ".well-known",
  ".gateway", "healthz", "projects",
]); // biome-ignore format: read as a list

/** No segment begins with a dot, so that there are no dot segments. */
const PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,39}){1,4}$/;
const TARGET =
  /^(https?):\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(\d{1,5}))?((?:\/[A-Za-z0-9_.~/-]*)?)$/;
const MAX_TARGET = 300;
/** Empty and dot segments: nginx and the service would not agree on what they mean. */
const UNPLAIN = /\/\/|\/\.{1,2}(?:\/|$)/;
/** What every resolver takes for a number and not for a name. */
const NUMERIC = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i;
const PART = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
/** Without zeros in front: some read those as octal. */
const IPV4 = new RegExp(`^(?!.*(?:^|\\.)0\\d)${PART}(?:\\.${PART}){3}$`);
const IPV6_TARGET = /^https?:\/\/\[/i;

/** Where the firewall around the gateways lets none of them go: `images/firewall/firewall.sh` has the same list. */
export const FIREWALLED = [
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
  "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
  "224.0.0.0/4", "240.0.0.0/4",
] as const; // biome-ignore format: read as a list

const WHERE_TO = "name a container of the project, as http://meta:8080, or a public URL";

/** A target of a route in its parts. */
export interface RouteTarget {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path in front of what is asked for; empty, or it begins with a slash. */
  readonly base: string;
}

/** Why a path can't be an extra route's, as "must be …"; undefined where it can. */
export function routePathFault(path: string): string | undefined {
  if (!PATH.test(path)) return "must be /name or /name/name, of letters, digits, '-', '_' and '.'";
  return RESERVED_SEGMENTS.has(path.split("/")[1] ?? "") ? "belongs to Supabase's own routes" : undefined;
}

/** A target in its parts, or why it can't be one. */
export function parseRouteTarget(target: string): RouteTarget | { readonly fault: string } {
  if (IPV6_TARGET.test(target))
    return { fault: `must not be an IPv6 address, as gateways have IPv4 alone: ${WHERE_TO}` };
  const [, scheme, host = "", port, base = ""] = TARGET.exec(target) ?? [];
  if (scheme === undefined || target.length > MAX_TARGET) {
    return { fault: "must be http://host:port/path or https://host/path, without user, query and fragment" };
  }
  if (UNPLAIN.test(base)) return { fault: "must have no empty and no dot segment in its path" };
  const secure = scheme === "https";
  const number = port === undefined ? (secure ? 443 : 80) : Number(port);
  if (number < 1 || number > 65_535) return { fault: "must have a port from 1 to 65535" };
  return { secure, host, port: number, base };
}

/** Why a gateway could never get to a host, as far as its name says. */
function hostFault(host: string): string | undefined {
  const own = /(?:^|\.)localhost$/i.test(host);
  const address = IPV4.test(host);
  if (!address && NUMERIC.test(host)) return "must name an address by four numbers from 0 to 255, as in 1.2.3.4";
  const fenced = address && FIREWALLED.some((network) => overlaps(`${host}/32`, network));
  return own || fenced ? `is private, and gateways may go to public addresses only: ${WHERE_TO}` : undefined;
}

function routeTargetFault(target: string): string | undefined {
  const parsed = parseRouteTarget(target);
  return "fault" in parsed ? parsed.fault : hostFault(parsed.host);
}

const checked = (fault: (text: string) => string | undefined) =>
  z.string().check((ctx) => {
    const message = fault(ctx.value);
    if (message !== undefined) ctx.issues.push({ code: "custom", message, input: ctx.value });
  });

/** An extra route as it may be wished for. */
export const WishedRoute = ExtraRoute.extend({
  path: checked(routePathFault).meta({ description: "/name or /name/name, which is none of Supabase's own paths" }),
  target: checked(routeTargetFault).meta({
    description: "http://host:port/path or https://host/path: a container of the project, or a public URL",
  }),
});
