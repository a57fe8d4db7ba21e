-- name: unique constraint dropped
select t.name || '.' || pg_temp.id(k.conname::text) as planted, format('alter table %s drop constraint %I', t.sql, k.conname) as plant,
       format('alter table %s add constraint %I %s', t.sql, k.conname, pg_get_constraintdef(k.oid)) as heal,
       array['schema | constraint ' || t.name || '.' || pg_temp.id(k.conname::text) || ' | missing'] as expects, '{}'::text[] as allows
from pg_constraint k join tables t on t.oid = k.conrelid
where k.contype = 'u' and t.plain and k.convalidated and obj_description(k.oid, 'pg_constraint') is null
  and not exists (select from pg_constraint f where f.contype = 'f' and k.conindid <> 0 and f.conindid = k.conindid)
  and not exists (select from pg_index i where i.indexrelid = k.conindid and (i.indisclustered or i.indisreplident))
  and not exists (select from pg_class x where x.oid = k.conindid and (x.reloptions is not null or obj_description(x.oid, 'pg_class') is not null))
order by 1
