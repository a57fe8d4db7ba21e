#!/usr/bin/env bash
# Starts Postgres as the well-known image does: the first start initialises the data directory behind a server that
# listens on a socket only (its log goes to stdout), then the real server takes over (its log goes to stderr).
set -Eeo pipefail

if [ "${1:0:1}" = '-' ]; then
	set -- postgres "$@"
fi
if [ "$1" != postgres ]; then
	exec "$@"
fi

if [ "$(id -u)" = 0 ]; then
	mkdir -p "$PGDATA" /var/run/postgresql
	chmod 0700 "$PGDATA"
	chmod 3777 /var/run/postgresql
	chown -R postgres:postgres "$PGDATA" /var/run/postgresql
	exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
fi

run_script() {
	local sql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password --dbname "$POSTGRES_DB")
	echo "$0: running $1"
	case "$1" in
		*.sh) if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
		*.sql) "${sql[@]}" -f "$1" ;;
		*.sql.gz) gunzip -c "$1" | "${sql[@]}" ;;
		*) echo "$0: ignoring $1" ;;
	esac
}

initialise() {
	export POSTGRES_USER="${POSTGRES_USER:-postgres}"
	export POSTGRES_DB="${POSTGRES_DB:-$POSTGRES_USER}"
	local method="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
	if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
		echo >&2 'Error: database is uninitialized and superuser password is not specified; set POSTGRES_PASSWORD.'
		exit 1
	fi

	# shellcheck disable=SC2086 # the arguments are words by contract
	initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
	printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
	sed -ri "s/^#?listen_addresses\s*=.*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"

	PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -w start \
		-o "$(printf '%q ' "${@:2}" -c listen_addresses= -p 5432)"
	export PGPASSWORD="$POSTGRES_PASSWORD"
	if [ "$POSTGRES_DB" != postgres ]; then
		psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname postgres \
			-v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
	fi
	local script
	for script in /docker-entrypoint-initdb.d/*; do
		if [ -e "$script" ]; then run_script "$script"; fi
	done
	unset PGPASSWORD
	PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -m fast -w stop
	echo 'PostgreSQL init process complete; ready for start up.'
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
	initialise "$@"
fi
exec "$@"
