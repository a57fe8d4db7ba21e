-- name: NOT NULL lost
select c.name as planted, format('alter table %s alter %s drop not null', c.table_sql, c.sql) as plant,
       -- From 18 on it is a constraint with a name, which has to come back too.
       coalesce((select format('alter table %s add constraint %I not null %s', c.table_sql, k.conname, c.sql) from pg_constraint k
                 where k.contype = 'n' and k.conrelid = c.oid and c.attnum = any(k.conkey)),
                format('alter table %s alter %s set not null', c.table_sql, c.sql)) as heal,
       array['schema | column ' || c.name || ' | not null'] as expects, '{}'::text[] as allows
from columns c
where c.plain and c.attnotnull and c.attidentity = '' and not c.referred and not c.in_unique
  and not exists (select from pg_constraint k where k.contype = 'n' and k.conrelid = c.oid and c.attnum = any(k.conkey) and obj_description(k.oid, 'pg_constraint') is not null)
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and c.attnum = any(i.indkey::int2[]))
order by c.in_key, c.name
