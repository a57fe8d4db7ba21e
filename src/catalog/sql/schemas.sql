-- Schemas that are neither the system's, nor this tool's own, nor an extension's, unless there are relations of others in them or
-- tables of which the extension says that they hold the user's rows.
select n.nspname::text as name
from pg_namespace n
where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'pgrehearse')
  and (not exists (select 1 from pg_depend d
                  where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
       or exists (select 1 from pg_class c
                  where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                    and not exists (select 1 from pg_depend d
                                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i', 'a')))
       or exists (select 1 from pg_extension e join pg_class c on c.oid = any(e.extconfig)
                  where c.relnamespace = n.oid and c.relkind in ('r', 'p')))
order by 1
