-- Those of the given tables that are unlogged, or have a partition that is.
select n.nspname::text as schema, c.relname::text as name
from unnest(:tables) t(oid) join pg_class c on c.oid = t.oid join pg_namespace n on n.oid = c.relnamespace
where c.relpersistence = 'u'
   or exists (select from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid where l.relpersistence = 'u')
