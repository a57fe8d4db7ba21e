-- name: foreign key dropped
select t.name || '.' || pg_temp.id(k.conname::text) as planted, format('alter table %s drop constraint %I', t.sql, k.conname) as plant,
       format('alter table %s add constraint %I %s', t.sql, k.conname, pg_get_constraintdef(k.oid)) as heal,
       array['schema | constraint ' || t.name || '.' || pg_temp.id(k.conname::text) || ' | missing'] as expects, '{}'::text[] as allows
from pg_constraint k join tables t on t.oid = k.conrelid
where k.contype = 'f' and t.plain and k.convalidated and k.conparentid = 0 and obj_description(k.oid, 'pg_constraint') is null
order by 1
