-- Schemas that are neither the system's, nor an extension's, nor this tool's own.
select n.nspname::text as name
from pg_namespace n
where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'pgrehearse')
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
order by 1
