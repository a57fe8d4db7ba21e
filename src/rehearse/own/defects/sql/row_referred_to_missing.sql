-- name: row missing that others refer to
-- Of each foreign key the row that its smallest value names; expected is every foreign key that leads to it.
with keys as (
  select k.oid as key, t.oid, t.name, t.sql, t.columns, t.key_columns, t.key_equal, t.vectors, quote_ident(pa.attname) as parent_column,
         pg_temp.ask(format('select min(c.%I::text) from %s c', ca.attname, c.sql)) as value
  from pg_constraint k join tables t on t.oid = k.confrelid join tables c on c.oid = k.conrelid
  join pg_attribute pa on pa.attrelid = t.oid and pa.attnum = k.confkey[1]
  join pg_attribute ca on ca.attrelid = c.oid and ca.attnum = k.conkey[1]
  where k.contype = 'f' and k.conparentid = 0 and cardinality(k.conkey) = 1 and c.oid <> t.oid and t.key_columns is not null and c.reltuples > 0
  order by t.vectors, t.name, c.name, k.conname limit 40
), orphaned as (
  select keys.key, k.oid as other, c.name || '.' || pg_temp.id(k.conname::text) as name,
         cardinality(k.conkey) = 1 as alone, k.conparentid,
         pg_temp.ask(format('select count(*) from %s c where (%s) in (select %s from %s p where p.%s::text = %L)', k.conrelid::regclass,
                            (select string_agg('c.' || quote_ident(a.attname), ', ' order by o.n) from unnest(k.conkey) with ordinality o(num, n)
                             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.num),
                            (select string_agg('p.' || quote_ident(a.attname), ', ' order by o.n) from unnest(k.confkey) with ordinality o(num, n)
                             join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.num),
                            keys.sql, keys.parent_column, keys.value))::bigint as rows
  from keys join pg_constraint k on k.contype = 'f' and k.confrelid = keys.oid and k.conparentid = 0
  join lateral (select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) as name
                from pg_class x join pg_namespace n on n.oid = x.relnamespace where x.oid = k.conrelid) c on true
  where keys.value is not null
)
select format('%s, where %s is %s', name, parent_column, value) as planted,
       format('create temp table saved as select %2$s from %1$s where %3$s::text = %4$L; select 1 / count(*) from saved; delete from %1$s t using saved s where %5$s',
              sql, columns, parent_column, value, key_equal) as plant,
       format('insert into %1$s (%2$s) overriding system value select * from saved; drop table saved', sql, columns) as heal,
       array['rows | table ' || name || ' | rows missing']
         || (select array_agg('orphans | constraint ' || o.name || ' | orphans') from orphaned o where o.key = keys.key and o.rows > 0) as expects,
       pg_temp.shown('pg_class'::regclass, oid) as allows
from keys where exists (select from orphaned o where o.key = keys.key and o.rows > 0)
