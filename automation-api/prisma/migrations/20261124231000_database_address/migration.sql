-- Where people reach a cluster, apart from where the platform's own services do.

-- AlterTable
ALTER TABLE "clusters" ADD COLUMN "public_host" TEXT,
ADD COLUMN "public_port" INTEGER;

-- The api shows the one and has no use for the other.
GRANT SELECT ("public_host", "public_port") ON "clusters" TO "supalove_api";
REVOKE SELECT ("host", "port") ON "clusters" FROM "supalove_api";

-- A new password of a project's own login takes the place of the one before: the only secret that the api may replace.
CREATE FUNCTION "keep_database_password"("ref" TEXT, "sealed_password" TEXT) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.project_secrets (project_ref, name, sealed) VALUES ($1, 'imported_db_pass', $2)
  ON CONFLICT (project_ref, name) DO UPDATE SET sealed = excluded.sealed, updated_at = now()
$$;
REVOKE EXECUTE ON FUNCTION "keep_database_password"(TEXT, TEXT) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "keep_database_password"(TEXT, TEXT) TO "supalove_api";
