-- name: row extra
-- A copy of a row under another key. Where a sequence numbers the key, the row is written around it, as a hand-made script would.
with alone as (
  select t.*, c.attname, c.sql as key_sql, c.typname, pg_get_serial_sequence(t.sql, c.attname)::regclass as sequence
  from tables t join columns c on c.oid = t.oid and c.in_key
  where cardinality(t.key_numbers) = 1 and t.reltuples > 1 and c.typname in ('uuid', 'int4', 'int8') and not c.refers and not c.divides and not c.checked
    and not exists (select from pg_index i where i.indrelid = t.oid and (i.indisunique or i.indisexclusion) and i.indkey[0] <> c.attnum)
    and not exists (select from pg_index i where i.indrelid = t.oid and (i.indisunique or i.indisexclusion) and i.indexprs is not null)
)
select name || ', a row under another key' as planted,
       format('insert into %1$s (%2$s) overriding system value select %3$s from %1$s order by %4$s limit 1', sql, columns,
              (select string_agg(case when c.attname <> alone.attname then c.sql when alone.typname = 'uuid' then '''00000000-0000-4000-8000-000000000000''::uuid'
                                 else format('(select max(%s) + 1 from %s)', alone.key_sql, alone.sql) end, ', ' order by c.attnum)
               from columns c where c.oid = alone.oid), key_sql) as plant,
       case when typname = 'uuid' then format('delete from %s where %s = ''00000000-0000-4000-8000-000000000000''', sql, key_sql)
            else format('delete from %1$s where %2$s = (select max(%2$s) from %1$s)', sql, key_sql) end as heal,
       array['rows | table ' || name || ' | rows extra']
         || case when sequence is not null then array['sequences | sequence ' || (select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(c.relname::text)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = sequence) || ' | behind'] else '{}' end as expects,
       pg_temp.shown('pg_class'::regclass, oid) as allows
from alone order by vectors, name
