import { GatewayConfError } from "./gatewayConfError.ts";
import type { GatewayApiKeys, GatewayKeys } from "./gatewayOptions.ts";
import { escapeRegex, type MapEntry, mapBlock } from "./nginxText.ts";
import { overlapMaps } from "./overlapMaps.ts";
import type { RefusalCode } from "./refusals.ts";

const KEY = /^[A-Za-z0-9._-]{8,2048}$/;
const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const KEY_NAMES = ["anonKey", "serviceRoleKey", "publishableKey", "secretKey"] as const;

type Role = "anon" | "service";

interface KnownKey {
  readonly key: string;
  readonly role: Role;
  /** The JWT a service is shown for it. */
  readonly jwt: string;
  /** True for keys that no service may see: opaque ones, and older ones of a rotation. */
  readonly hidden: boolean;
  readonly opaque: boolean;
}

/** The keys with what they stand for. @throws GatewayConfError */
function knownKeys(keys: GatewayKeys): KnownKey[] {
  const jwts: Record<Role, string> = { anon: keys.anonJwt, service: keys.serviceJwt };
  for (const name of ["anonJwt", "serviceJwt"] as const) {
    if (!KEY.test(keys[name]) || !JWT.test(keys[name])) throw new GatewayConfError(`keys.${name}`, "must be a JWT");
  }
  const known = new Map<string, KnownKey>();
  const add = (from: Partial<GatewayApiKeys>, at: string, older: boolean) => {
    for (const name of KEY_NAMES) {
      const key = from[name];
      if (key === undefined) continue;
      if (!KEY.test(key)) throw new GatewayConfError(`${at}.${name}`, "must be 8 to 2048 of A-Z a-z 0-9 . _ -");
      const role: Role = name === "anonKey" || name === "publishableKey" ? "anon" : "service";
      const opaque = name === "publishableKey" || name === "secretKey";
      const hidden = opaque || older;
      const other = known.get(key);
      if (other !== undefined && other.role !== role) throw new GatewayConfError(`${at}.${name}`, "is of two roles");
      known.set(key, other ?? { key, role, jwt: hidden ? jwts[role] : key, hidden, opaque });
    }
  };
  add(keys, "keys", false);
  add(keys.previous ?? {}, "keys.previous", true);
  return [...known.values()];
}

/** Keys of before a rotation that are no keys of now, and until when they count. */
function olderKeys({ previous, ...keys }: GatewayKeys): { keys: readonly string[]; until: number } | undefined {
  if (previous === undefined) return undefined;
  if (!Number.isSafeInteger(previous.until)) throw new GatewayConfError("keys.previous.until", "must be a time");
  const current = new Set(KEY_NAMES.map((name) => keys[name]));
  const older = KEY_NAMES.flatMap((name) => previous[name] ?? []).filter((key) => !current.has(key));
  return older.length === 0 ? undefined : { keys: older, until: previous.until };
}

/** `role of the apikey:kind of the token` to what a route does with it; the first that fits counts. */
type Verdicts = readonly (readonly [pattern: string, verdict: RefusalCode | ""])[];

const KEY_TOKEN = "(?:anon|service)_(?:hidden|plain)";
const NO_APIKEY: Verdicts = [
  [":none$", "no_api_key"],
  [":(?:other|malformed|malformed_key)$", "invalid_jwt"],
];
const WRONG_KEY: Verdicts = [
  ["^unknown:", "invalid_api_key"],
  [":unknown$", "invalid_api_key"],
];
/** A user's JWT needs no apikey where the service behind verifies it. */
const VERIFYING: Verdicts = [...WRONG_KEY, ["^:jwt$", ""], [`^:${KEY_TOKEN}$`, ""]];

const VERDICTS: Readonly<Record<string, Verdicts>> = {
  $sl_refuse_verifying: [
    ...VERIFYING,
    ["^(?:anon|service):(?:malformed|malformed_key)$", "invalid_jwt"],
    ["^(?:anon|service):", ""],
    ...NO_APIKEY,
  ],
  // OAuth clients name themselves to auth by HTTP Basic, beside an apikey.
  $sl_refuse_auth: [
    ...VERIFYING,
    ["^(?:anon|service):malformed_key$", "invalid_jwt"],
    ["^(?:anon|service):", ""],
    ...NO_APIKEY,
  ],
  $sl_refuse_not_anon: [
    ...WRONG_KEY,
    ["^(?:anon|service):", ""],
    [`^:${KEY_TOKEN}$`, ""],
    [":jwt$", "no_api_key"],
    ...NO_APIKEY,
  ],
  // The apikey's role counts, whoever the token beside it is.
  $sl_refuse_not_service: [
    ...WRONG_KEY,
    ["^service:", ""],
    ["^anon:", "service_key_required"],
    ["^:service_", ""],
    ["^:anon_", "service_key_required"],
    [":jwt$", "no_api_key"],
    ...NO_APIKEY,
  ],
};

/** What {@link keyMaps}' variables of the kind `$sl_refuse_...` may hold. */
export const KEY_REFUSALS = ["no_api_key", "invalid_api_key", "invalid_jwt", "service_key_required"] as const;

/**
 * Variables about a request's keys. Keys are matched by regular expressions because nginx compares plain strings in a
 * `map` without regard to case, and by that would take a key whose letters have the wrong case.
 */
export function keyMaps(keys: GatewayKeys): string[] {
  const known = knownKeys(keys);
  const older = olderKeys(keys);
  // What the request came with; where older keys may end, that is looked at before it counts.
  const [apikey, token] = older === undefined ? ["$sl_apikey", "$sl_token"] : ["$sl_given_apikey", "$sl_given_token"];
  const each = (value: (key: KnownKey) => string, list = known): MapEntry[] =>
    list.map((key) => [`~^${escapeRegex(key.key)}$`, value(key)]);
  const kinds: MapEntry[] = [
    ["", "none"],
    ...each(({ role, hidden }) => `${role}_${hidden ? "hidden" : "plain"}`),
    ["~^!key$", "malformed_key"],
    ["~^!$", "malformed"],
    ["~^sb_", "unknown"],
    ["~^[^.]+\\.[^.]+\\.[^.]+$", "jwt"],
  ];
  const byBoth = (variable: string, entries: readonly MapEntry[]) =>
    mapBlock("$sl_apikey_role:$sl_token_kind", variable, "", entries);
  return [
    ...mapBlock("$http_apikey", apikey, "$http_apikey", [["", "$sl_query_apikey"]]),
    ...mapBlock("$sl_apikey", "$sl_apikey_role", "unknown", [["", ""], ...each(({ role }) => role)]),
    ...mapBlock(
      "$sl_apikey",
      "$sl_apikey_jwt",
      "",
      each(({ jwt }) => jwt),
    ),
    // The apikey a service may see.
    ...mapBlock(
      "$sl_apikey",
      "$sl_apikey_shown",
      "",
      each(
        ({ key }) => key,
        known.filter((one) => !one.hidden),
      ),
    ),
    // Functions have the key in a header of its own, and see no query of ours.
    ...mapBlock(
      "$http_apikey",
      "$sl_function_jwt",
      "",
      each(
        ({ jwt }) => jwt,
        known.filter((one) => one.opaque),
      ),
    ),
    // The token of the header Authorization; "!" for what is no Bearer token, e.g. S3's signatures.
    ...mapBlock("$http_authorization", token, "!", [
      // nginx tries no regular expression on an empty text.
      ["", ""],
      ["~*^bearer\\s*$", ""],
      ["~*^\\s*bearer +(?<sl_bearer>[A-Za-z0-9._~+/-]+=*)\\s*$", "$sl_bearer"],
      ["~*sb_(?:publishable|secret|temp)_", "!key"],
    ]),
    ...(older === undefined
      ? []
      : overlapMaps(older.keys, older.until, [
          { given: apikey, target: "$sl_apikey", over: "-" },
          { given: token, target: "$sl_token", over: "sb_over" },
        ])),
    ...mapBlock("$sl_token", "$sl_token_kind", "other", kinds),
    ...mapBlock(
      "$sl_token",
      "$sl_token_jwt",
      "",
      each(({ jwt }) => jwt),
    ),
    ...Object.entries(VERDICTS).flatMap(([variable, verdicts]) =>
      mapBlock(
        "$sl_apikey_role:$sl_token_kind",
        variable,
        "invalid_api_key",
        verdicts.map(([pattern, verdict]) => [`~${pattern}`, verdict]),
      ),
    ),
    // Upstream's rule: what is there stays, unless it is a key that services must not see.
    ...byBoth("$sl_authorization", [
      ["~:malformed$", "$http_authorization"],
      ["~:(?:jwt|other|(?:anon|service)_plain)$", "Bearer $sl_token"],
      ["~^(?:anon|service):", "Bearer $sl_apikey_jwt"],
      ["~:(?:anon|service)_hidden$", "Bearer $sl_token_jwt"],
    ]),
    // Realtime takes its key from this header before it looks into the query.
    ...byBoth("$sl_realtime_key", [
      ["~^(?:anon|service):", "$sl_apikey_jwt"],
      ["~:(?:anon|service)_", "$sl_token_jwt"],
      ["~:jwt$", "$sl_token"],
    ]),
    // The project's own routes see users' tokens and no key: what runs there may be anybody's.
    ...mapBlock("$sl_token_kind", "$sl_foreign_authorization", "", [
      ["~^(?:jwt|other|malformed)$", "$http_authorization"],
    ]),
  ];
}
