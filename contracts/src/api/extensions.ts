/**
 * What is known of extensions on the shared plan: one table for the API's refusals and for the hints that a tenant
 * database itself gives. The platform installs extensions as superuser into a cluster that it shares with others, so
 * what is offered was looked at: nothing there reads files, opens connections, or shows what other databases do.
 * Whether the cluster's image holds one is asked of the cluster.
 */

/** Extensions that Postgres trusts everybody to create, and that are offered. */
const BY_ANYBODY = [
  "btree_gin",
  "btree_gist",
  "citext",
  "cube",
  "dict_int",
  "fuzzystrmatch",
  "hstore",
  "intarray",
  "isn",
  "lo",
  "ltree",
  "pg_trgm",
  "pgcrypto",
  "seg",
  "tablefunc",
  "tcn",
  "tsm_system_rows",
  "tsm_system_time",
  "unaccent",
  "uuid-ossp",
] as const;

/**
 * Offered, installed by the platform. `hypopg`, `pgtap` and `plpgsql_check` work inside one session with the caller's
 * rights; the PostGIS family is in the image where `supalove:postgis` asks for it. `postgis_topology` and
 * `postgis_tiger_geocoder` are not offered: they insist on schemas of their own, which a tenant could have made first.
 */
const BY_PLATFORM = [
  "address_standardizer",
  "address_standardizer_data_us",
  "earthdistance",
  "hypopg",
  "moddatetime",
  "pgjwt",
  "pgrouting",
  "pgtap",
  "plpgsql_check",
  "postgis",
  "postgis_raster",
  "vector",
] as const;

/** Extensions a project of the shared plan may wish for. */
export const SHARED_EXTENSIONS: ReadonlySet<string> = new Set([...BY_ANYBODY, ...BY_PLATFORM]);

/** Those of them that no tenant can create itself. */
export const PLATFORM_EXTENSIONS: ReadonlySet<string> = new Set(BY_PLATFORM);

/** Extensions that the image of dedicated projects holds, which they have to themselves. PostGIS is in none of ours there. */
export const DEDICATED_EXTENSIONS: ReadonlySet<string> = new Set([
  ...BY_ANYBODY,
  ...[
    "autoinc",
    "amcheck",
    "bloom",
    "dblink",
    "dict_xsyn",
    "earthdistance",
    "hypopg",
    "insert_username",
    "moddatetime",
  ],
  ...[
    "pageinspect",
    "pg_buffercache",
    "pg_cron",
    "pgaudit",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_visibility",
  ],
  ...[
    "pgjwt",
    "pgrowlocks",
    "pgstattuple",
    "pgtap",
    "plpgsql_check",
    "postgres_fdw",
    "refint",
    "rum",
    "vector",
    "xml2",
  ],
]);

/** Why an extension can't be had on the shared plan, and what to do instead. */
export interface ExtensionAdvice {
  readonly why: string;
  readonly instead: string;
}

const OUTBOUND: ExtensionAdvice = {
  why: "It opens connections from inside the shared cluster.",
  instead: "Connect from your backend.",
};
const FILES: ExtensionAdvice = {
  why: "It reaches the server's files.",
  instead: "Load data over a client connection.",
};
const SECRETS: ExtensionAdvice = {
  why: "Its keys would lie on the shared cluster.",
  instead: "Keep secrets in the configuration of your backend.",
};
const INSIDE: ExtensionAdvice = {
  why: "It shows or changes the inside of the shared cluster.",
  instead: "Leave it out.",
};
const OWN_SCHEMA: ExtensionAdvice = {
  why: "It insists on a schema of its own, where a tenant could have put something for it.",
  instead: "Use postgis without it.",
};

/** Refused on the shared plan, whatever the image holds. */
export const FORBIDDEN_EXTENSIONS: Readonly<Record<string, ExtensionAdvice>> = {
  adminpack: FILES,
  dblink: OUTBOUND,
  file_fdw: FILES,
  http: OUTBOUND,
  pageinspect: INSIDE,
  pg_buffercache: INSIDE,
  pg_cron: {
    why: "Its jobs would be shared by all projects of the cluster.",
    instead: "Call a function of yours from a scheduler outside.",
  },
  pg_graphql: { why: "This platform has no GraphQL on the shared plan.", instead: "Use the REST API (/rest/v1)." },
  pg_net: {
    why: "It opens connections from inside the shared cluster.",
    instead: "Call the service from your app or from your backend.",
  },
  pg_prewarm: INSIDE,
  pg_stat_statements: {
    why: "It shows the statements of the whole cluster.",
    instead: "Use explain (analyze, buffers) on your own.",
  },
  pg_surgery: INSIDE,
  pg_walinspect: INSIDE,
  pgaudit: { why: "It writes into the log of the whole cluster.", instead: "Keep your record with triggers." },
  pgsodium: SECRETS,
  postgis_tiger_geocoder: OWN_SCHEMA,
  postgis_topology: OWN_SCHEMA,
  postgres_fdw: OUTBOUND,
  rum: {
    why: "It is an index type in C with its own way of logging: a fault of it would end the server for all projects.",
    instead: "Use a GIN index.",
  },
  supabase_vault: SECRETS,
  wrappers: OUTBOUND,
};

/** One line for a person: why, and what to do instead. */
export const adviceText = ({ why, instead }: ExtensionAdvice) => `${why} ${instead}`;

/** The same for an extension that stands in no list. */
export const UNLISTED_ADVICE =
  "Only extensions that were looked at are offered on the shared plan: docs/compatibility.md lists them.";
