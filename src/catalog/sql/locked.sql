-- Relations that other sessions keep to themselves: printing a definition that names their columns would wait for those.
select string_agg(l.relation::regclass::text, ', ' order by l.relation::regclass::text collate "C")
from pg_locks l join pg_class c on c.oid = l.relation
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.granted and l.pid <> pg_backend_pid()
  and c.relkind in ('r', 'p', 'm', 'f')
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
