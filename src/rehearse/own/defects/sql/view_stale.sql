-- name: materialized view not refreshed
-- As it was before there were rows in a table it reads.
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(m.relname::text) || ', from before ' || t.name || ' had rows' as planted,
       format('select 1 / count(*) from %1$I.%2$I; create temp table saved as select %4$s from %3$s; delete from %3$s; refresh materialized view %1$I.%2$I; '
              'insert into %3$s (%4$s) overriding system value select * from saved; drop table saved; select 1 / (case when count(*) = 0 then 1 else 0 end) from %1$I.%2$I',
              n.nspname, m.relname, t.sql, t.columns) as plant,
       format('refresh materialized view %I.%I', n.nspname, m.relname) as heal,
       array['rows | view ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(m.relname::text) || ' | rows missing'] as expects,
       pg_temp.shown('pg_class'::regclass, m.oid) as allows
from pg_class m join pg_namespace n on n.oid = m.relnamespace join pg_rewrite r on r.ev_class = m.oid
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
join tables t on t.oid = d.refobjid
where m.relkind = 'm' and m.relispopulated and t.reltuples > 0
group by n.nspname, m.relname, m.oid, t.name, t.sql, t.columns order by n.nspname, m.relname, t.name
