-- Roles, schemas and extensions that a Supabase project's database begins with. Runs as supabase_admin, the superuser.
-- No role gets a password here but `postgres` (in post-setup): the others can't log in until the platform sets theirs.
begin;

-- The project's own login; no superuser.
create role postgres login createdb createrole replication bypassrls;

create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role supabase_etl_admin login replication;
grant pg_read_all_data to supabase_read_only_user, supabase_etl_admin;

-- Roles of the API.
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;

-- Owners of the services' schemas.
create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;
create role supabase_functions_admin login noinherit createrole;
create role supabase_realtime_admin nologin noinherit;
create role pgbouncer login;
create role dashboard_user nologin createdb createrole replication;
grant authenticator to supabase_storage_admin;
grant anon, authenticated, service_role, supabase_realtime_admin to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
-- Upstream lets `postgres` write policies and triggers on the services' tables by a library that is not here. It could
-- join these roles by itself, as it may create roles.
grant supabase_auth_admin, supabase_storage_admin to postgres;

-- Schema public is then postgres' too: it belongs to whoever owns the database.
select format('alter database %I owner to postgres', current_database()) \gexec
select format('grant create on database %I to supabase_auth_admin, supabase_storage_admin, supabase_etl_admin', current_database()) \gexec
select format('grant all on database %I to postgres, dashboard_user', current_database()) \gexec

grant usage on schema public to postgres, anon, authenticated, service_role;
create schema extensions;
grant usage on schema extensions to postgres, anon, authenticated, service_role, dashboard_user;
grant all on schema extensions to postgres, dashboard_user;
create schema auth;
grant all on schema auth to supabase_auth_admin, postgres, dashboard_user;
grant usage on schema auth to anon, authenticated, service_role;
create schema storage;
grant all on schema storage to supabase_storage_admin, postgres, dashboard_user;
grant usage on schema storage to anon, authenticated, service_role;
create schema realtime;
grant all on schema realtime to supabase_realtime_admin, dashboard_user;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
create schema _realtime;
create schema graphql_public;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
create schema supabase_functions authorization supabase_functions_admin;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
create schema pgbouncer authorization pgbouncer;

create extension "uuid-ossp" with schema extensions;
create extension pgcrypto with schema extensions;
create extension pgjwt with schema extensions;
create extension pg_stat_statements with schema extensions;
grant all on all tables in schema extensions to postgres, dashboard_user;
grant all on all functions in schema extensions to postgres, dashboard_user;

-- What postgres or the superuser makes in an API schema is usable through the API at once; policies decide over rows.
alter default privileges for role postgres, supabase_admin in schema public, graphql_public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public, graphql_public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public, graphql_public
  grant all on sequences to postgres, anon, authenticated, service_role;

-- And what the services make in their own schemas, by postgres.
alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on functions to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_storage_admin in schema storage grant all on tables to postgres, service_role;
alter default privileges for role supabase_storage_admin in schema storage grant all on functions to postgres, service_role;
alter default privileges for role supabase_storage_admin in schema storage grant all on sequences to postgres, service_role;
alter default privileges for role supabase_realtime_admin in schema realtime grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_realtime_admin in schema realtime grant all on functions to postgres, dashboard_user;

-- The first start's own server has a smaller wal_level, and says so.
set local client_min_messages = error;
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

commit;
