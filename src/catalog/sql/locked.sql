-- Relations that other sessions keep to themselves or are about to, and whose session it is: printing a definition that
-- names their columns would wait for those.
select string_agg(format('%s (session %s of %s%s)', l.relation::regclass, l.pid, coalesce(a.usename, 'a role unknown'),
                         coalesce(', ' || nullif(a.application_name, ''), '')),
                  ', ' order by l.relation::regclass::text collate "C")
from pg_locks l join pg_class c on c.oid = l.relation left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid <> pg_backend_pid()
  and c.relkind in ('r', 'p', 'm', 'f', 'S', 'v')
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
