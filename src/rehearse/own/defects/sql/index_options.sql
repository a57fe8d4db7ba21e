-- name: index filled less
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) as planted, format('alter index %I.%I set (fillfactor = 50)', n.nspname, x.relname) as plant,
       format('alter index %I.%I reset (fillfactor)', n.nspname, x.relname) as heal,
       array['indexes | index ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(x.relname::text) || ' | options'] as expects, '{}'::text[] as allows
from pg_index i join pg_class x on x.oid = i.indexrelid join pg_namespace n on n.oid = x.relnamespace join tables t on t.oid = i.indrelid
join pg_am m on m.oid = x.relam
where t.plain and m.amname = 'btree' and x.reloptions is null order by i.indisunique, 1
