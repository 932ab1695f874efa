/**
 * The platform's own book in a tenant database: which migrations ran, and whose database it became. The roles that own a
 * part may add their own lines (a migration and its line commit together) and read; nobody else sees the schema.
 */
export const history = /* sql */ `
create schema supalove;
create table supalove.migrations (
  part text not null check (length(part) < 100),
  id text not null check (length(id) < 200),
  digest text not null check (length(digest) < 100),
  applied_at timestamptz not null default now(),
  primary key (part, id)
);
create table supalove.tenant (ref text primary key);
`;
