-- name: sequence behind its column
select s.name as planted,
       format('create temp table saved as select last_value, is_called from %1$s; select 1 / count(*) from %3$s where %4$s >= %5$s; select setval(%1$L, %2$s, false)',
              s.sql, s.seqmin, c.table_sql, c.sql, s.seqmin) as plant,
       format('select setval(%L, last_value, is_called) from saved; drop table saved', s.sql) as heal,
       array['sequences | sequence ' || s.name || ' | behind'] as expects, '{}'::text[] as allows
from columns c
join lateral (select q.seqmin, format('%I.%I', n.nspname, r.relname) as sql, pg_temp.id(n.nspname::text) || '.' || pg_temp.id(r.relname::text) as name
              from pg_sequence q join pg_class r on r.oid = q.seqrelid join pg_namespace n on n.oid = r.relnamespace
              where q.seqrelid = pg_get_serial_sequence(c.table_sql, c.attname)::regclass and q.seqincrement > 0) s on true
where c.typname in ('int2', 'int4', 'int8') and c.reltuples > 1 order by s.name
