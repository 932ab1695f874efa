-- Settings of the roles and the database, and the password of `postgres`.
begin;

alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;
alter role supabase_functions_admin set search_path = supabase_functions;
alter role supabase_read_only_user set default_transaction_read_only = on;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter database :"DBNAME" set search_path = "$user", public, extensions;

-- Lifetime of a token, which functions may read. The secret of the tokens is no setting: every role could read it.
\getenv jwt_exp JWT_EXP
\if :{?jwt_exp}
alter database :"DBNAME" set app.settings.jwt_exp = :'jwt_exp';
\endif

-- The pool asks for a login's verifier through this; nobody else may.
create function pgbouncer.get_auth(p_usename text) returns table (username text, password text)
language sql security definer set search_path = '' as $$
  select rolname::text, case when rolvaliduntil < now() then null else rolpassword end::text
  from pg_catalog.pg_authid where rolname = p_usename and rolcanlogin
$$;
revoke all on function pgbouncer.get_auth(text) from public;
grant execute on function pgbouncer.get_auth(text) to pgbouncer;

-- As upstream, the password that was given is the superuser's and postgres'. A verifier names no role, so it is copied.
select rolpassword as verifier from pg_catalog.pg_authid where rolname = current_user \gset
alter role postgres password :'verifier';

commit;
