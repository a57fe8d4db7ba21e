-- name: enum label added
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(t.typname::text) as planted, format('alter type %I.%I add value ''planted''', n.nspname, t.typname) as plant,
       format('delete from pg_catalog.pg_enum where enumtypid = %L::regtype and enumlabel = ''planted''', format('%I.%I', n.nspname, t.typname)) as heal,
       array['schema | type ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(t.typname::text) || ' | labels'] as expects, '{}'::text[] as allows
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'e' and n.nspname !~ '^pg_' and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
order by 1
