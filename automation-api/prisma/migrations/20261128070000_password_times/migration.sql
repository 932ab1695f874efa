-- When a password was chosen is compared with when a rotation was asked for. A request may have begun before that and waited for
-- the project's lock: the time is that of the writing, not of the transaction's start, which `now()` gives.
CREATE OR REPLACE FUNCTION "keep_database_password"("ref" TEXT, "sealed_password" TEXT) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.project_secrets (project_ref, name, sealed, updated_at)
  VALUES ($1, 'imported_db_pass', $2, clock_timestamp())
  ON CONFLICT (project_ref, name) DO UPDATE SET sealed = excluded.sealed, updated_at = clock_timestamp()
$$;
