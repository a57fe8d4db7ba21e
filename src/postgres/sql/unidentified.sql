-- Tables, and partitions of them, whose removed rows are published, and whose rows nothing tells apart.
with tables as (
  select r.oid from unnest(:tables) r(oid)
  union
  select p.relid from unnest(:tables) r(oid), pg_partition_tree(r.oid) p
), published as materialized (
  select t.schemaname, t.tablename from pg_publication_tables t join pg_publication p on p.pubname = t.pubname where p.pubdelete
)
select n.nspname::text as schema, c.relname::text as relation, c.relreplident::text as identity
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid in (select oid from tables) and c.relkind = 'r'
  and (c.relreplident = 'n'
       or c.relreplident = 'd' and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary))
  and ((n.nspname, c.relname) in (select schemaname, tablename from published)
       -- Of a tree that is published by its root, the root alone is told of.
       or exists (select from pg_partition_ancestors(c.oid) a join pg_class r on r.oid = a.relid
                  join pg_namespace rn on rn.oid = r.relnamespace
                  where (rn.nspname, r.relname) in (select schemaname, tablename from published)))
