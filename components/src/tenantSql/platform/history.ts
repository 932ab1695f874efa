/**
 * The platform's own book in a tenant database: which migrations ran, and whose database it became. Only the platform
 * writes lines. A part's migration runs as the tenant's own role, and must commit together with the word that it ran:
 * for that the platform first puts a new token into the line, and the migration's transaction leaves the same token in
 * `confirmations`. Roles of the tenant may leave tokens there and see nothing: one that they made up is of no line.
 */
export const history = /* sql */ `
create schema supalove;
create table supalove.migrations (
  part text not null check (length(part) < 100),
  id text not null check (length(id) < 200),
  digest text not null check (length(digest) < 100),
  applied_at timestamptz,
  token uuid unique,
  primary key (part, id)
);
create table supalove.confirmations (token uuid not null);
create table supalove.tenant (ref text primary key);
`;
