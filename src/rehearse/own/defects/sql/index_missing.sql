-- name: index missing
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) as planted, format('drop index %I.%I', n.nspname, x.relname) as plant,
       pg_get_indexdef(i.indexrelid) as heal,
       array['indexes | index ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) || ' | missing'] as expects, '{}'::text[] as allows
from pg_index i join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = x.relnamespace join tables t on t.oid = i.indrelid
join pg_am m on m.oid = x.relam
where t.plain and not i.indisprimary and not i.indisclustered and not i.indisreplident and obj_description(x.oid, 'pg_class') is null
  and m.amname not in ('hnsw', 'ivfflat')
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
order by i.indisunique, 1
