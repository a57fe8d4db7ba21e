-- title: Duplicate Index
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: Two or more indexes of a table are the same but for their names.
-- remediation: Drop all of them but one.
with defined as (
  select n.nspname, c.relname, c.relkind, ic.relname as index,
         -- The definition without the index's own name.
         i.indisunique, substr(pg_get_indexdef(i.indexrelid), length(case when i.indisunique then 'CREATE UNIQUE INDEX ' else 'CREATE INDEX ' end
                                                                      || quote_ident(ic.relname)) + 1) as definition
  from pg_index i
  join pg_class ic on ic.oid = i.indexrelid
  join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and :ours(n.nspname) and not :of_extension(c)
)
select format('table %s.%s has indexes that are the same: %s', nspname, relname, string_agg(index, ', ' order by index)) as detail,
       jsonb_build_object('schema', nspname, 'name', relname,
                          'type', case relkind when 'm' then 'materialized view' else 'table' end,
                          'indexes', array_agg(index order by index)) as metadata,
       format('duplicate_index_%s_%s_%s', nspname, relname, array_agg(index order by index)) as cache_key,
       case relkind when 'm' then 'materialized view' else 'table' end as kind,
       :id(nspname) || '.' || :id(relname) as identity
from defined
group by nspname, relname, relkind, indisunique, definition
having count(*) > 1
