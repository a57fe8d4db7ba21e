-- name: check constraint never validated
select t.name || '.' || pg_temp.id(k.conname::text) as planted,
       format('alter table %1$s drop constraint %2$I; alter table %1$s add constraint %2$I %3$s not valid', t.sql, k.conname, pg_get_constraintdef(k.oid)) as plant,
       format('alter table %s validate constraint %I', t.sql, k.conname) as heal,
       array['schema | constraint ' || t.name || '.' || pg_temp.id(k.conname::text) || ' | validated'] as expects, '{}'::text[] as allows
from pg_constraint k join tables t on t.oid = k.conrelid
where k.contype = 'c' and t.plain and k.convalidated and obj_description(k.oid, 'pg_constraint') is null
order by 1 desc
