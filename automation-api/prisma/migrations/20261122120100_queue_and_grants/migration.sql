-- What Prisma's schema language has no words for: checks, triggers, the queue, and who may do what.

-- Closed sets, as text with checks: adding a word is one statement and never rewrites a type in use.
ALTER TABLE "users" ADD CONSTRAINT "users_kind_check" CHECK ("kind" IN ('local_admin', 'oidc'));
ALTER TABLE "members" ADD CONSTRAINT "members_role_check" CHECK ("role" IN ('owner', 'administrator', 'developer', 'read_only'));
ALTER TABLE "projects" ADD CONSTRAINT "projects_plan_check" CHECK ("plan" IN ('shared', 'dedicated'));
ALTER TABLE "projects" ADD CONSTRAINT "projects_backend_type_check" CHECK ("backend_type" IN ('shared_cluster', 'dedicated_stack'));
ALTER TABLE "projects" ADD CONSTRAINT "projects_ref_check" CHECK ("ref" ~ '^[a-z]{20}$');
ALTER TABLE "projects" ADD CONSTRAINT "projects_status_check" CHECK ("status" IN (
  'COMING_UP', 'ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY', 'INIT_FAILED', 'GOING_DOWN', 'PAUSING', 'INACTIVE', 'RESTORING',
  'UPGRADING', 'RESIZING', 'RESTARTING', 'REMOVED', 'UNKNOWN'));
ALTER TABLE "projects" ADD CONSTRAINT "projects_gone_check"
  CHECK (("deleted_at" IS NULL) = ("name_key" IS NOT NULL) AND ("deleted_at" IS NULL) = ("status" <> 'REMOVED'));
ALTER TABLE "operations" ADD CONSTRAINT "operations_status_check" CHECK ("status" IN (
  'queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'));
ALTER TABLE "operations" ADD CONSTRAINT "operations_finished_check"
  CHECK (("finished_at" IS NOT NULL) = ("status" IN ('succeeded', 'failed', 'cancelled')));
ALTER TABLE "registry"."tenants" ADD CONSTRAINT "tenants_status_check"
  CHECK ("status" IN ('active', 'paused', 'coming_up', 'going_down'));

-- A new operation is a job of the runner's queue in the same transaction. The writer needs no right on the queue: the
-- function runs as its owner, with a search path nobody else can put anything into. One queue a project keeps order.
CREATE FUNCTION "enqueue_operation"() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM graphile_worker.add_job(
    'run_operation', json_build_object('operation_id', NEW.id), 'project:' || NEW.project_ref, job_key => NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "operations_enqueue" AFTER INSERT ON "operations"
  FOR EACH ROW WHEN (NEW."status" = 'queued') EXECUTE FUNCTION "enqueue_operation"();

-- Whoever watches an operation, and the runner that may have to stop it, hear of it at commit.
CREATE FUNCTION "notify_operation_event"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('operation_event', NEW.operation_id);
  RETURN NULL;
END $$;
CREATE TRIGGER "operation_events_notify" AFTER INSERT ON "operation_events"
  FOR EACH ROW EXECUTE FUNCTION "notify_operation_event"();

CREATE FUNCTION "notify_operation_cancel"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('operation_cancel', NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER "operations_cancel" AFTER UPDATE OF "cancel_requested_at" ON "operations"
  FOR EACH ROW WHEN (NEW."cancel_requested_at" IS NOT NULL) EXECUTE FUNCTION "notify_operation_cancel"();

-- The data plane's copy of what it serves.
CREATE FUNCTION "registry"."count_tenant_version"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER "tenants_version" BEFORE UPDATE ON "registry"."tenants"
  FOR EACH ROW EXECUTE FUNCTION "registry"."count_tenant_version"();

CREATE FUNCTION "registry"."notify_tenant_changed"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('tenant_changed', CASE WHEN TG_OP = 'TRUNCATE' THEN '*' WHEN TG_OP = 'DELETE' THEN OLD.ref ELSE NEW.ref END);
  RETURN NULL;
END $$;
CREATE TRIGGER "tenants_notify" AFTER INSERT OR UPDATE OR DELETE ON "registry"."tenants"
  FOR EACH ROW EXECUTE FUNCTION "registry"."notify_tenant_changed"();
CREATE TRIGGER "tenants_notify_all" AFTER TRUNCATE ON "registry"."tenants"
  FOR EACH STATEMENT EXECUTE FUNCTION "registry"."notify_tenant_changed"();

-- The api: what its routes write, column by column where the runner owns the rest of the row.
GRANT USAGE ON SCHEMA "public" TO "supalove_api";
GRANT SELECT, INSERT, UPDATE ("email", "display_name") ON "users" TO "supalove_api";
GRANT SELECT, INSERT ON "organizations", "members", "project_secrets" TO "supalove_api";
GRANT SELECT ("id", "host", "port", "extensions", "created_at") ON "clusters" TO "supalove_api";
GRANT SELECT ON "servers" TO "supalove_api";
GRANT SELECT, INSERT, UPDATE ("name", "name_key", "status") ON "projects" TO "supalove_api";
GRANT SELECT, INSERT, UPDATE ("status", "finished_at", "cancel_requested_at") ON "operations" TO "supalove_api";
GRANT SELECT, INSERT ON "operation_events" TO "supalove_api";
GRANT SELECT, INSERT, UPDATE ("last_used_at", "revoked_at") ON "personal_access_tokens" TO "supalove_api";
GRANT SELECT, INSERT ON "audit_log" TO "supalove_api";
GRANT SELECT, INSERT, DELETE ON "idempotency_keys" TO "supalove_api";
GRANT USAGE ON SEQUENCE "projects_number_seq", "operations_number_seq", "audit_log_id_seq" TO "supalove_api";
REVOKE EXECUTE ON FUNCTION "enqueue_operation"() FROM PUBLIC;

-- The data plane: one table, to read.
GRANT USAGE ON SCHEMA "registry" TO "supalove_data_plane";
GRANT SELECT ON "registry"."tenants" TO "supalove_data_plane";
