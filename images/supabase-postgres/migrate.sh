#!/bin/bash
# First start: everything that a Supabase project's database begins with, then what was put beside it, in the order of
# the upstream image: init-scripts, then migrations, each by name. One session for all: a start of psql for each would
# take longer than the scripts. Each file is a transaction of its own, unless it says otherwise.
set -Eeuo pipefail
shopt -s nullglob

files=()
for file in /docker-entrypoint-initdb.d/{init-scripts,migrations}/*.sql; do
  files+=("--file=$file")
done
exec psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --output=/dev/null "${files[@]}"
