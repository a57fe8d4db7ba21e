# Vectors straight into the table and its live index.
set -euo pipefail
psql "$SOURCE" -Xqv ON_ERROR_STOP=1 -c 'copy passages to stdout (format binary)' |
    psql "$TARGET" -Xqv ON_ERROR_STOP=1 -c 'copy passages from stdin (format binary)'
