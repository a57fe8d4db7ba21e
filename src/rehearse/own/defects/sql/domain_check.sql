-- name: domain without its rule
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(t.typname::text) as planted, format('alter domain %I.%I drop constraint %I', n.nspname, t.typname, k.conname) as plant,
       format('alter domain %I.%I add constraint %I %s', n.nspname, t.typname, k.conname, pg_get_constraintdef(k.oid)) as heal,
       array['schema | type ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(t.typname::text) || ' | checks'] as expects, '{}'::text[] as allows
from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace
where k.contype = 'c' and n.nspname !~ '^(pg_|information_schema$)' and obj_description(k.oid, 'pg_constraint') is null
order by 1, k.conname
