-- name: sequence ahead
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(r.relname::text) as planted,
       format('create temp table saved as select last_value, is_called from %1$I.%2$I; select nextval(%3$L)', n.nspname, r.relname, format('%I.%I', n.nspname, r.relname)) as plant,
       format('select setval(%L, last_value, is_called) from saved; drop table saved', format('%I.%I', n.nspname, r.relname)) as heal,
       array['sequences | sequence ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(r.relname::text) || ' | state'] as expects, '{}'::text[] as allows
from pg_sequence q join pg_class r on r.oid = q.seqrelid join pg_namespace n on n.oid = r.relnamespace
where n.nspname !~ '^pg_' and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'e')
order by q.seqincrement <= 0, 1 desc
