select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object('row security', case when c.relrowsecurity then 'enabled' else 'disabled' end,
                         'forced', case when c.relforcerowsecurity then 'yes' else 'no' end) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
