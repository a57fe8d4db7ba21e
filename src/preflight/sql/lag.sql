-- How far the standbys are behind, in bytes of WAL; nothing where there are none or the role may not see.
select coalesce(max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                                    replay_lsn)), 0)::bigint
from pg_stat_replication
