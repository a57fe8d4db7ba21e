-- Primary keys and unique indexes that can name a row: immediate, valid, whole-table, over plain columns.
select n.nspname::text as schema, c.relname::text as relation, ic.relname::text as index_name, i.indisprimary as primary,
       (select json_agg(a.attname::text order by k.position)
        from unnest(i.indkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts) as columns,
       (select bool_and(a.attnotnull)
        from unnest(i.indkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts) as not_null
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_class ic on ic.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where i.indisunique and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null
  and n.nspname = any(:schemas)
order by n.nspname, c.relname, i.indisprimary desc, array_length(i.indkey::int2[], 1), ic.relname
