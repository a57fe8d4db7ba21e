select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'kind', case c.relkind when 'v' then 'view' else 'materialized view' end,
         'definition', pg_get_viewdef(c.oid),
         'owner', pg_get_userbyid(c.relowner),
         'options', array_to_string(c.reloptions, ', '),
         'populated', case when c.relkind = 'm' then c.relispopulated::text end,
         'comment', obj_description(c.oid, 'pg_class')) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
