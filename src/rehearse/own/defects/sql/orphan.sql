-- name: row that refers to nothing
select t.name || '.' || pg_temp.id(k.conname::text) as planted,
       format('create temp table saved as select %2$s, %3$s as kept_value from %1$s where %3$s is not null order by %2$s limit 1; select 1 / count(*) from saved; '
              'update %1$s t set %3$s = %4$L from saved s where %5$s', c.table_sql, c.key_columns, c.sql,
              case when c.typname = 'uuid' then '00000000-0000-4000-8000-000000000000' else '2000000011' end, c.key_equal) as plant,
       format('update %1$s t set %2$s = s.kept_value from saved s where %3$s; drop table saved', c.table_sql, c.sql, c.key_equal) as heal,
       array['rows | table ' || t.name || ' | rows changed', 'orphans | constraint ' || t.name || '.' || pg_temp.id(k.conname::text) || ' | orphans'] as expects,
       pg_temp.shown('pg_class'::regclass, t.oid) as allows
from pg_constraint k join tables t on t.oid = k.conrelid join columns c on c.oid = t.oid and c.attnum = k.conkey[1]
where k.contype = 'f' and k.conparentid = 0 and cardinality(k.conkey) = 1 and c.typname in ('uuid', 'int4', 'int8', 'text', 'varchar')
  and t.key_columns is not null and not c.in_key and not c.in_unique and not c.divides and not c.referred and t.reltuples > 0
  and (select count(*) from pg_constraint o where o.contype = 'f' and o.conrelid = t.oid and c.attnum = any(o.conkey)) = 1
order by c.checked, t.name, k.conname
