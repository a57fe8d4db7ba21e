-- Bytes of WAL by which the slowest standby is behind; null without one, or where the role may not see it.
select max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end,
                           coalesce(r.replay_lsn, r.flush_lsn)))::bigint
from pg_stat_replication r
where r.state = 'streaming'
