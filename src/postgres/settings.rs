//! The settings every session pins, so that text forms and plans are the same whatever the server is configured to.

/// Statements run on every new session, in one round trip.
///
/// `row_security = off` makes the server refuse a query whose answer policies would cut short, where it would
/// otherwise answer with fewer rows and say nothing. `enable_sort = off` keeps the grouped checksum a hash
/// aggregate: the planner expects one group a row for an expression and would sort the table to disk.
///
/// Messages below errors are read by nobody, and not at all while rows are sent: a server that warns of each row would wait for its
/// warnings to be taken, and take no more rows. A client that can no longer be reached is given up after about a minute, also in
/// mid-statement, so that it holds no snapshot, lock or task for longer; a server on Windows, and before 15 on anything but Linux, cannot
/// look in mid-statement, and refuses to. What only newer servers know is set where it is there.
const PINNED: &str = "
set search_path = '';
set datestyle = 'ISO, YMD';
set intervalstyle = 'postgres';
set timezone = 'UTC';
set extra_float_digits = 3;
set bytea_output = 'hex';
set xmlbinary = 'base64';
set xmloption = content;
set lc_monetary = 'C';
set client_encoding = 'UTF8';
set standard_conforming_strings = on;
set quote_all_identifiers = off;
set array_nulls = on;
set transform_null_equals = off;
set default_tablespace = '';
set row_security = off;
set client_min_messages = error;
set lock_timeout = '30s';
set idle_in_transaction_session_timeout = 0;
set default_transaction_isolation = 'read committed';
set default_transaction_deferrable = off;
set jit = off;
set enable_sort = off;
set tcp_keepalives_idle = 20;
set tcp_keepalives_interval = 10;
set tcp_keepalives_count = 4;
select set_config(name, case name when 'client_connection_check_interval' then '5s' else '0' end, false)
from pg_catalog.pg_settings where name in ('transaction_timeout', 'idle_session_timeout')
  or name = 'client_connection_check_interval' and (pg_catalog.version() ~* 'linux'
    or current_setting('server_version_num')::int >= 150000 and pg_catalog.version() !~* 'visual c|mingw|windows');
";

/// The full list for a session: `read_only` adds the server-side guard.
pub(super) fn pinned(read_only: bool, statement_timeout: u64) -> String {
    let guard = if read_only { "set default_transaction_read_only = on;" } else { "" };
    format!("{PINNED}set statement_timeout = {};{guard}", statement_timeout.saturating_mul(1000))
}
