-- name: column missing
-- The last column of a table, so that it comes back where it was, with its values.
select c.name as planted,
       format('create temp table saved as select %1$s, %2$s as kept_value from %3$s; alter table %3$s drop column %2$s', c.key_columns, c.sql, c.table_sql) as plant,
       format('alter table %1$s add column %2$s %3$s; update %1$s t set %2$s = s.kept_value from saved s where %4$s; drop table saved%5$s%6$s', c.table_sql, c.sql, c.declared, c.key_equal,
              coalesce(format('; alter table %s alter %s set default %s', c.table_sql, c.sql, c.standard), ''),
              case when c.attnotnull then coalesce(
                (select format('; alter table %s add constraint %I not null %s', c.table_sql, k.conname, c.sql) from pg_constraint k
                 where k.contype = 'n' and k.conrelid = c.oid and c.attnum = any(k.conkey)),
                format('; alter table %s alter %s set not null', c.table_sql, c.sql)) else '' end) as heal,
       array['schema | column ' || c.name || ' | missing'] as expects, '{}'::text[] as allows
from columns c join pg_attribute a on a.attrelid = c.oid and a.attnum = c.attnum join pg_type y on y.oid = a.atttypid
where c.plain and c.key_columns is not null and not c.in_key and c.bare and c.attislocal and c.attidentity = '' and coalesce(c.standard, '') !~ 'nextval'
  and c.attnum = (select max(l.attnum) from pg_attribute l where l.attrelid = c.oid and not l.attisdropped)
  and not c.refers and not c.referred and not c.checked and not c.in_unique and a.attstattarget is not distinct from (select q.attstattarget from pg_attribute q where q.attrelid = 'pg_class'::regclass and q.attnum = 1)
  and a.attstorage = y.typstorage and a.attcompression = '' and a.attcollation = y.typcollation and a.attoptions is null
  and not exists (select from pg_index i where i.indrelid = c.oid and (c.attnum = any(i.indkey::int2[]) or i.indexprs is not null or i.indpred is not null))
  and not exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid = c.attnum and d.deptype = 'n')
order by c.attnotnull, c.name
