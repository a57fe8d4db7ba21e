-- How many leaves each partitioned root has.
select n.nspname::text as schema, c.relname::text as name,
       (select count(*) from pg_partition_tree(c.oid) t where t.isleaf) as leaves
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'p' and not c.relispartition
