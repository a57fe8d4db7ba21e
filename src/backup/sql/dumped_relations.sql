-- The relations that hold each table's rows: its own, or its leaf partitions'.
select n.nspname::text as schema, c.relname::text as name,
       case when c.relkind = 'p'
            then (select json_agg(p.relid::oid::bigint) 
                  from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid where l.relkind = 'r')
            else json_build_array(c.oid::bigint) end as relations
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition
