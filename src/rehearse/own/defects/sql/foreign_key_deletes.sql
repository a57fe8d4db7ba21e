-- name: foreign key that deletes otherwise
select t.name || '.' || pg_temp.id(k.conname::text) as planted,
       format('alter table %1$s drop constraint %2$I; alter table %1$s add constraint %2$I %3$s on delete %4$s', t.sql, k.conname, pg_get_constraintdef(k.oid),
              'restrict') as plant,
       format('alter table %1$s drop constraint %2$I; alter table %1$s add constraint %2$I %3$s', t.sql, k.conname, pg_get_constraintdef(k.oid)) as heal,
       array['schema | constraint ' || t.name || '.' || pg_temp.id(k.conname::text) || ' | definition'] as expects, '{}'::text[] as allows
from pg_constraint k join tables t on t.oid = k.conrelid
where k.contype = 'f' and t.plain and k.convalidated and k.conparentid = 0 and obj_description(k.oid, 'pg_constraint') is null
  and pg_get_constraintdef(k.oid) !~* ' on (delete|update) ' and not k.condeferrable
order by 1 desc
