/**
 * Extensions a project of the shared plan may wish for. The platform installs them as superuser into a cluster it shares
 * with others, so this is a list of what was looked at: nothing here reads files, opens connections, or shows what other
 * databases do. Whether the cluster's image holds one is asked of the cluster.
 */
export const SHARED_EXTENSIONS: ReadonlySet<string> = new Set([
  "uuid-ossp",
  "pgcrypto",
  "pg_trgm",
  "unaccent",
  "citext",
  "vector",
  "pgjwt",
  "address_standardizer",
  "address_standardizer_data_us",
  "btree_gin",
  "btree_gist",
  "cube",
  "dict_int",
  "earthdistance",
  "fuzzystrmatch",
  "hstore",
  "intarray",
  "isn",
  "lo",
  "ltree",
  "moddatetime",
  "postgis",
  "postgis_raster",
  "postgis_tiger_geocoder",
  "postgis_topology",
  "seg",
  "tablefunc",
  "tcn",
  "tsm_system_rows",
  "tsm_system_time",
]);

/** What to do instead, for those that people ask for most. */
export const EXTENSION_ADVICE: Readonly<Record<string, string>> = {
  pg_net: "Call the service from your app or from an edge function instead, or use the upstream image set.",
  pg_graphql: "Use the REST API, or the upstream image set.",
  pg_cron:
    "It schedules for a whole cluster: call a function of yours from a scheduler outside, or use a dedicated project.",
  dblink: "It opens connections from inside the shared cluster: use a dedicated project.",
  postgres_fdw: "It opens connections from inside the shared cluster: use a dedicated project.",
  file_fdw: "It reads the cluster's files: use a dedicated project.",
  pg_stat_statements: "It shows the statements of the whole cluster: use a dedicated project.",
  supabase_vault: "Keep secrets in your app's own configuration, or use the upstream image set.",
};
