-- name: view's definition changed
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(v.relname::text) as planted,
       format('create or replace view %I.%I%s as select * from (%s) planted', n.nspname, v.relname, o.options, rtrim(pg_get_viewdef(v.oid), ';')) as plant,
       format('create or replace view %I.%I%s as %s', n.nspname, v.relname, o.options, pg_get_viewdef(v.oid)) as heal,
       array['schema | view ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(v.relname::text) || ' | definition'] as expects,
       pg_temp.shown('pg_class'::regclass, v.oid) as allows
from pg_class v join pg_namespace n on n.oid = v.relnamespace
cross join lateral (select coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', '') as options) o
where v.relkind = 'v' and n.nspname !~ '^(pg_|information_schema$)' and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = v.oid and d.deptype = 'e')
  and coalesce(array_to_string(v.reloptions, ','), '') !~ 'check_option'
order by 1
