-- Vector indexes that may be dropped and made again from their definition with nothing lost: valid, backing no
-- constraint, in the default tablespace, not a partition's share of its root's index.
select n.nspname::text as schema, ic.relname::text as name, pg_get_indexdef(i.indexrelid) as definition,
       obj_description(i.indexrelid, 'pg_class') as comment
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_namespace n on n.oid = ic.relnamespace
join pg_am am on am.oid = ic.relam
join pg_class c on c.oid = i.indrelid
where am.amname in ('hnsw', 'ivfflat') and i.indisvalid and i.indisready and not i.indisclustered
  and not i.indisreplident and ic.reltablespace = 0 and c.relkind = 'r' and not ic.relispartition
  and pg_has_role(c.relowner, 'usage')
  and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
  and c.oid = any(:tables)
order by 1, 2
