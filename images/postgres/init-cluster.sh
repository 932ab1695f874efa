#!/bin/bash
# Makes the cluster in an empty $PGDATA. An interrupted run is started over, never continued: the cluster is made in a
# folder of its own, moved into place, and becomes one by its last file, PG_VERSION.
set -Eeuo pipefail

: "${PGDATA:?}"
marker=$PGDATA/.supalove-initializing
fresh=$PGDATA/.supalove-fresh

if [ -s "$PGDATA/PG_VERSION" ]; then
  if [ -e "$marker" ]; then rm -rf "$fresh" "$marker"; fi
  exit 0
fi

mkdir -p "$PGDATA"
chmod 0700 "$PGDATA"
if [ -e "$marker" ]; then
  echo "first start was interrupted; starting it over"
  find "$PGDATA" -mindepth 1 -maxdepth 1 ! -path "$marker" ! -name lost+found -exec rm -rf {} +
elif [ -n "$(find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit)" ]; then
  echo "PGDATA ($PGDATA) holds files but no cluster (no PG_VERSION); nothing was touched." >&2
  echo "Mount an empty volume, or restore the missing file." >&2
  exit 1
fi

user=${POSTGRES_USER:-supabase_admin}
database=${POSTGRES_DB:-postgres}
password=${POSTGRES_PASSWORD:-}
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then password=$(<"$POSTGRES_PASSWORD_FILE"); fi
if [ -z "$password" ]; then
  echo "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: the superuser $user needs a password" >&2
  exit 1
fi

touch "$marker"
initdb --pgdata="$fresh" --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 --locale=C.UTF-8 \
  --data-checksums --auth-host=scram-sha-256 --auth-local=peer --no-sync --no-instructions >/dev/null

# The socket lies inside the container: only its own user may use it, and only as the superuser. All else needs a password.
cat >"$fresh/pg_hba.conf" <<HBA
local all "$user" peer map=container
host  all all all scram-sha-256
HBA
echo "container postgres \"$user\"" >>"$fresh/pg_ident.conf"
cat >>"$fresh/postgresql.conf" <<CONF

# supalove
listen_addresses = '*'
password_encryption = scram-sha-256
shared_preload_libraries = 'supalove_guard'
jit = off
include_dir = '/etc/postgresql/conf.d'
CONF

# A server without network for the first scripts.
sockets=$(mktemp -d)
pg_ctl -D "$fresh" -w -t 120 -o "-c listen_addresses='' -c unix_socket_directories=$sockets -c fsync=off" -l "$sockets/log" start >/dev/null \
  || { cat "$sockets/log" >&2; exit 1; }
sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --host="$sockets" --username="$user" --dbname="${1:-$database}" "${@:2}"; }
if [ "$database" != postgres ]; then
  sql postgres --set=name="$database" <<<'create database :"name"'
fi
for script in /docker-entrypoint-initdb.d/*; do
  case $script in
    *.sql) echo "running $script"; sql "$database" --file="$script" ;;
    *.sql.gz) echo "running $script"; gunzip -c "$script" | sql "$database" ;;
    *.sh) echo "running $script"; PGHOST=$sockets PGUSER=$user PGDATABASE=$database bash "$script" ;;
  esac
done
pg_ctl -D "$fresh" -m fast -w stop >/dev/null
rm -rf "$sockets"

sync --file-system "$fresh"
find "$fresh" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$PGDATA" {} +
sync --file-system "$PGDATA"
mv "$fresh/PG_VERSION" "$PGDATA/PG_VERSION"
sync --file-system "$PGDATA"
rmdir "$fresh"
rm "$marker"
