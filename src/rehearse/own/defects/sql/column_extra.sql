-- name: column that only the target has
select name || '.planted' as planted, format('alter table %s add column planted text', sql) as plant, format('alter table %s drop column planted', sql) as heal,
       array['schema | column ' || name || '.planted | extra'] as expects, '{}'::text[] as allows
from tables where plain and columns is not null and not exists (select from pg_attribute a where a.attrelid = tables.oid and a.attname = 'planted')
order by name
