-- Who holds the lock of a run; what belongs to other roles may be hidden.
select a.application_name as application, a.client_addr::text as address, a.backend_start::text as since, l.pid
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 2
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::int8, l.objid::int8) = (:key)
