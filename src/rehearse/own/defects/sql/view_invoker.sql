-- name: view that asks with other rights
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(v.relname::text) as planted,
       format('alter view %I.%I %s', n.nspname, v.relname, case when coalesce(array_to_string(v.reloptions, ','), '') ~ 'security_invoker' then 'reset (security_invoker)' else 'set (security_invoker = true)' end) as plant,
       format('alter view %I.%I %s', n.nspname, v.relname, coalesce((select 'set (' || o.option || ')' from unnest(v.reloptions) o(option) where o.option ~ '^security_invoker'), 'reset (security_invoker)')) as heal,
       array['schema | view ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(v.relname::text) || ' | options'] as expects,
       pg_temp.shown('pg_class'::regclass, v.oid) || (select array_agg('behaviour | role ' || pg_temp.id(r.rolname::text)) from pg_roles r) as allows
from pg_class v join pg_namespace n on n.oid = v.relnamespace
where v.relkind = 'v' and n.nspname !~ '^(pg_|information_schema$)' and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = v.oid and d.deptype = 'e')
order by 1 desc
