-- name: check constraint never validated
select name as planted, format('%s; %s not valid', dropped, added) as plant, format('alter table %s validate constraint %s', table_sql, sql) as heal,
       array['schema | constraint ' || name || ' | validated'] as expects, '{}'::text[] as allows
from constraints where contype = 'c' order by 1 desc
