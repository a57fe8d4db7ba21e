-- name: whole rows in the log
select name as planted, format('alter table %s replica identity full', sql) as plant, format('alter table %s replica identity default', sql) as heal,
       array['schema | table ' || name || ' | replica identity'] as expects, '{}'::text[] as allows
from tables join pg_class c using (oid) where plain and c.relreplident = 'd' order by name
