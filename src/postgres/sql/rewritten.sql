-- Those of the given relations, and of their partitions and children, whose files are others now than the snapshot knows.
with recursive held(oid) as (
  select unnest(:relations::regclass[])::oid
  union
  select i.inhrelid from held join pg_inherits i on i.inhparent = held.oid
)
select c.oid::regclass::text
from held join pg_class c on c.oid = held.oid
where c.relfilenode <> pg_relation_filenode(c.oid)
