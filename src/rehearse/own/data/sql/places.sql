-- For each partitioned root the conditions of its leaves: a row has to meet one of them.
with recursive tree as (
  select c.oid as root, c.oid as at from pg_class c where c.relkind = 'p' and not c.relispartition
  union all
  select t.root, i.inhrelid from tree t join pg_inherits i on i.inhparent = t.at
)
select n.nspname::text as schema, r.relname::text as relation,
       (select json_agg(coalesce(pg_get_partition_constraintdef(c.oid), 'true') order by c.oid)
        from tree t join pg_class c on c.oid = t.at where t.root = r.oid and c.relkind = 'r') as leaves
from pg_class r join pg_namespace n on n.oid = r.relnamespace
where r.relkind = 'p' and not r.relispartition
