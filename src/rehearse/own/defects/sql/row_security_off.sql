-- name: row security off
select name as planted, format('alter table %s disable row level security', sql) as plant, format('alter table %s enable row level security', sql) as heal,
       array['rls | table ' || name || ' | row security'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from tables where relrowsecurity order by not exists (select from pg_policy p where p.polrelid = tables.oid), name
