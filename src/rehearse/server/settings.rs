//! What every throwaway server is set to, whatever it runs in: fast, because nothing has to survive the machine's crash.
//! Commits do survive the server's own: `synchronous_commit` stays on, which costs next to nothing without `fsync`.

/// The superuser's name.
pub(super) const SUPERUSER: &str = "postgres";

/// The locale of new clusters: the same order of text on every machine.
pub(super) const LOCALE: &str = "C.UTF-8";

/// Server settings.
pub(super) const SETTINGS: [(&str, &str); 12] = [
    ("fsync", "off"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "off"),
    ("wal_level", "replica"),
    ("max_wal_size", "4GB"),
    ("shared_buffers", "128MB"),
    ("maintenance_work_mem", "256MB"),
    ("max_connections", "100"),
    ("autovacuum", "on"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
];
