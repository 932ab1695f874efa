#!/bin/bash
# Starts Postgres; makes the cluster first where there is none. The contract is that of the upstream images:
#   POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE), POSTGRES_USER, POSTGRES_DB, PGDATA, /docker-entrypoint-initdb.d,
#   arguments for the server as the container's command.
# Read when there: /etc/postgresql/postgresql.conf (instead of the cluster's own), /etc/postgresql/conf.d/*.conf (added
# to the cluster's own), /etc/postgresql/pg_hba.conf (instead of the cluster's own).
set -Eeuo pipefail

if [ $# -eq 0 ] || [ "${1:0:1}" = "-" ]; then
  set -- postgres "$@"
fi
if [ "$1" != postgres ]; then
  exec "$@"
fi
shift

init-cluster.sh

# Postgres has no use for them, and its children would carry them in their environment.
unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE

files=()
if [ -e /etc/postgresql/postgresql.conf ]; then files+=(-c config_file=/etc/postgresql/postgresql.conf); fi
if [ -e /etc/postgresql/pg_hba.conf ]; then files+=(-c hba_file=/etc/postgresql/pg_hba.conf); fi
exec postgres -D "$PGDATA" "${files[@]}" "$@"
