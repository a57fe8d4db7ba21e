-- name: index invalid
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) as planted,
       format('update pg_catalog.pg_index set indisvalid = false where indexrelid = %L::regclass', format('%I.%I', n.nspname, x.relname)) as plant,
       format('update pg_catalog.pg_index set indisvalid = true where indexrelid = %L::regclass', format('%I.%I', n.nspname, x.relname)) as heal,
       array['indexes | index ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) || ' | valid'] as expects, '{}'::text[] as allows
from pg_index i join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = x.relnamespace join tables t on t.oid = i.indrelid
join pg_am m on m.oid = x.relam
where t.plain and not i.indisunique and m.amname = 'btree' order by 1 desc
