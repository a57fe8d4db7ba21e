# The floor: what somebody with time and psql would do. Two binary pipes at once with keys and indexes out of the way, each lane
# building its own after; foreign keys stay, and rows come in as a replica's so that nothing fires. Prints when all is built, and
# when statistics are gathered too.
set -euo pipefail
target() { psql "$TARGET" -Xqv ON_ERROR_STOP=1 "$@"; }
pipe() {
    psql "$SOURCE" -Xqv ON_ERROR_STOP=1 -c "copy $1 to stdout (format binary)" |
        PGOPTIONS='-c session_replication_role=replica' target -c "copy $1 from stdin (format binary)"
}
events() {
    pipe accounts
    pipe events
    target -c 'alter table events add primary key (id)' -c 'create index events_account_id on events (account_id)' \
        -c 'create index events_created_at on events (created_at)'
}
embeddings() {
    pipe embeddings
    target -c 'alter table embeddings add primary key (id)'
}
passed() {
    local micros=$((${EPOCHREALTIME/[.,]/} - start))
    printf '%s %d.%06d\n' "$1" $((micros / 1000000)) $((micros % 1000000))
}

start=${EPOCHREALTIME/[.,]/}
target -c 'drop index events_account_id, events_created_at' -c 'alter table events drop constraint events_pkey' \
    -c 'alter table embeddings drop constraint embeddings_pkey'
events &
lane=$!
embeddings
wait "$lane"
passed built
target -c 'analyze accounts, events' &
lane=$!
target -c 'analyze embeddings'
wait "$lane"
passed analyzed
