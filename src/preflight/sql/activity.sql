-- What others do that the day would wait for, or that would wait for it: transactions that have been open for long, prepared ones,
-- and locks on the planned tables that keep others out.
select 'transaction of ' || coalesce(usename, '?') || ' (' || coalesce(nullif(application_name, ''), 'no name') || ', process ' || pid
       || ') open for ' || extract(epoch from now() - xact_start)::int || ' s' as what
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - interval '5 minutes'
  and application_name not like 'pg-rehearse%' and backend_type = 'client backend'
union all
select 'prepared transaction ' || gid || ' since ' || prepared from pg_prepared_xacts where database = current_database()
union all
select distinct l.mode || ' on ' || l.relation::regclass || ' held by process ' || l.pid
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.database = (select oid from pg_database where datname = current_database()) and l.granted and l.locktype = 'relation'
  and l.relation = any(array[:tables]::oid[]) and l.pid <> pg_backend_pid()
  and coalesce(a.application_name, '') not like 'pg-rehearse%'
  and l.mode not in (:harmless)
