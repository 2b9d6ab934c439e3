#!/usr/bin/env bash
# A throw-away PostgreSQL for the tests.
#
# Prints its URL on one line, serves until standard input closes, then stops and removes itself. Whoever started it need
# not clean up: when that process ends, in whatever way, the pipe closes. Nothing listens on the network; the only way in
# is a Unix socket in a folder that nobody else may enter.
#
# FEHLERMELDER_TEST_POSTGRES_FSYNC=on keeps every commit durable, as in production (for figures and crash tests).
set -euo pipefail

fail() {
    printf 'PostgreSQL for the tests: %s\n' "$1" >&2
    exit 1
}

# Debian keeps initdb out of the PATH, one folder per version.
find_programs() {
    local candidate
    if candidate=$(command -v initdb); then
        dirname "$(readlink -f "$candidate")"
        return
    fi
    candidate=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort --version-sort | tail -n 1)
    [ -x "$candidate" ] || return 1
    dirname "$candidate"
}

programs=$(find_programs) || fail "initdb not found; install PostgreSQL (Debian: apt-get install postgresql)"

# PostgreSQL refuses to run as root.
as_server=()
if [ "$(id -u)" -eq 0 ]; then
    id -u postgres >/dev/null 2>&1 || fail "running as root needs the system user 'postgres' (Debian: apt-get install postgresql)"
    as_server=(runuser -u postgres --)
fi

# Not in TMPDIR: the path of a socket is short, and the user postgres must reach it.
folder=$(mktemp -d /tmp/fehlermelder-postgres.XXXXXX)
cleanup() {
    trap - EXIT
    if [ -f "$folder/data/postmaster.pid" ]; then
        "${as_server[@]}" "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate --silent stop >/dev/null 2>&1 ||
            printf 'PostgreSQL for the tests: was already down\n' >&2
    fi
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$folder"
if [ ${#as_server[@]} -gt 0 ]; then
    chown postgres "$folder"
fi

# C.UTF-8 knows upper and lower case of umlauts; plain C does not.
"${as_server[@]}" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions </dev/null >"$folder/initdb.log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$folder/initdb.log" | tr '\n' ' ')"

{
    printf "listen_addresses = ''\n"
    printf "unix_socket_directories = '%s'\n" "$folder"
    printf "max_connections = 200\n"
    if [ "${FEHLERMELDER_TEST_POSTGRES_FSYNC:-off}" != on ]; then
        printf "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
    fi
} | "${as_server[@]}" tee -a "$folder/data/postgresql.conf" >/dev/null

# The log belongs to the server's user, who may not write what we opened.
"${as_server[@]}" "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/data/server.log" --silent --wait start \
    </dev/null >/dev/null 2>&1 || fail "did not start: $(tail -n 3 "$folder/data/server.log" | tr '\n' ' ')"

printf 'postgres://postgres@localhost/postgres?host=%s\n' "$folder"

while read -r _; do :; done
