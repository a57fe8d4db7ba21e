-- Bytes of the planned tables with their partitions: rows and what is kept beside them, and with their indexes.
with recursive tree as (
  select oid from unnest(array[:tables]::oid[]) oid
  union
  select i.inhrelid from pg_inherits i join tree on tree.oid = i.inhparent
)
select coalesce(sum(pg_table_size(oid)), 0)::bigint as rows, coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as whole
from tree
