-- name: sequence with another step
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(r.relname::text) as planted, format('alter sequence %I.%I increment by %s', n.nspname, r.relname, q.seqincrement + 1) as plant,
       format('alter sequence %I.%I increment by %s', n.nspname, r.relname, q.seqincrement) as heal,
       array['schema | sequence ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(r.relname::text) || ' | increment'] as expects, '{}'::text[] as allows
from pg_sequence q join pg_class r on r.oid = q.seqrelid join pg_namespace n on n.oid = r.relnamespace
where n.nspname !~ '^pg_' and q.seqincrement > 0 and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'e')
order by 1
