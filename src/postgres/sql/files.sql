-- The given relations with their partitions and children, each with its file, as the snapshot knows them.
with recursive held(oid) as (
  select unnest(:relations::regclass[])::oid
  union
  select i.inhrelid from held join pg_inherits i on i.inhparent = held.oid
)
select string_agg(format('(%s::oid, %s::oid)', c.oid, c.relfilenode), ', ')
from held join pg_class c on c.oid = held.oid
