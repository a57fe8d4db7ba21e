-- name: table that nobody vacuums
select name as planted, format('alter table %s set (autovacuum_enabled = off)', sql) as plant, format('alter table %s reset (autovacuum_enabled)', sql) as heal,
       array['schema | table ' || name || ' | options'] as expects, '{}'::text[] as allows
from tables join pg_class c using (oid) where plain and coalesce(array_to_string(c.reloptions, ','), '') !~ 'autovacuum_enabled' order by name desc
