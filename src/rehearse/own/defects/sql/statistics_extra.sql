-- name: statistics over several columns
select t.name as planted, format('create statistics %1$I.planted_statistics (dependencies) on %2$s from %3$s', n.nspname,
              (select string_agg(f.sql, ', ') from (select c.sql from columns c where c.oid = t.oid and c.typname in ('int4', 'int8', 'text', 'varchar', 'uuid', 'bool', 'date', 'timestamptz', 'timestamp', 'numeric') order by c.attnum limit 2) f), t.sql) as plant,
       format('drop statistics %I.planted_statistics', n.nspname) as heal,
       array['schema | statistics object ' || pg_temp.id(n.nspname::text) || '.planted_statistics | extra'] as expects, '{}'::text[] as allows
from tables t join pg_namespace n on n.oid = t.relnamespace where t.plain order by t.name
