-- Rows written to each table since the server's statistics began, and how many days ago that was.
select s.schemaname::text as schema, s.relname::text as name, s.n_live_tup as rows,
       s.n_tup_ins + s.n_tup_upd + s.n_tup_del as written,
       round((extract(epoch from now() - coalesce(d.stats_reset, pg_postmaster_start_time())) / 86400)::numeric, 1)::float8 as days
from pg_stat_all_tables s, pg_stat_database d
where d.datname = current_database() and s.schemaname = any(:schemas)
order by 1, 2
