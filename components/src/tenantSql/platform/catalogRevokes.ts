/** System views that show other tenants' names, sessions or settings (level 1: nothing a tenant's tools need). */
export const HIDDEN_RELATIONS = [
  "pg_db_role_setting",
  "pg_shdescription",
  "pg_shseclabel",
  "pg_stat_database",
  "pg_stat_database_conflicts",
  "pg_stat_activity",
  "pg_stat_ssl",
  "pg_stat_gssapi",
  "pg_locks",
  "pg_replication_slots",
  "pg_stat_replication",
  "pg_stat_replication_slots",
  "pg_prepared_xacts",
  "pg_stat_wal",
] as const;

/** Functions behind those views, as LIKE patterns. */
export const HIDDEN_FUNCTIONS = [
  "pg_stat_get_activity",
  "pg_lock_status",
  "pg_get_replication_slots",
  "pg_prepared_xact",
  "pg_stat_get_backend_%",
  "pg_stat_get_wal_senders",
  "pg_stat_get_progress_info",
  "pg_notification_queue_usage",
  "pg_current_wal_lsn",
  "pg_current_wal_insert_lsn",
  "pg_current_wal_flush_lsn",
  "pg_stat_get_wal",
] as const;

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

/** Condition on `pg_proc p` for the hidden functions. */
export const isHiddenFunction = `p.pronamespace = 'pg_catalog'::regnamespace and p.proname like any (array[${quoted(HIDDEN_FUNCTIONS)}])`;

/** Condition on `pg_class c` for the hidden relations. */
export const isHiddenRelation = `c.relnamespace = 'pg_catalog'::regnamespace and c.relname in (${quoted(HIDDEN_RELATIONS)})`;

/** Takes them from everybody but superusers. The rights are kept per database, so a copy of the template has them too. */
export const catalogRevokes = /* sql */ `
do $$
declare
  target text;
begin
  for target in select format('revoke all on pg_catalog.%I from public', c.relname) from pg_class c
    where ${isHiddenRelation}
  loop
    execute target;
  end loop;
  for target in select format('revoke all on function %s from public', p.oid::regprocedure) from pg_proc p
    where ${isHiddenFunction}
  loop
    execute target;
  end loop;
end
$$;
`;
