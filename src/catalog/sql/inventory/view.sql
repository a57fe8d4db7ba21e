select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'kind', case c.relkind when 'v' then 'view' else 'materialized view' end,
         'definition', pg_get_viewdef(c.oid),
         'owner', pg_get_userbyid(c.relowner),
         'options', array_to_string(c.reloptions, ', '),
         'populated', case when c.relkind = 'm' then c.relispopulated::text end,
         'column defaults', (select string_agg(:id(a.attname) || ' ' || pg_get_expr(d.adbin, d.adrelid), ', ' order by a.attnum)
                             from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                             where d.adrelid = c.oid),
         'column comments', (select string_agg(:id(a.attname) || ' ' || quote_literal(col_description(c.oid, a.attnum)), ', '
                                               order by a.attnum)
                             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
         'access method', (select am.amname from pg_am am where am.oid = c.relam),
         'comment', obj_description(c.oid, 'pg_class')) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
