-- name: comment rewritten
select name as planted, format('comment on table %s is ''planted''', sql) as plant, format('comment on table %s is %L', sql, obj_description(oid, 'pg_class')) as heal,
       array['schema | table ' || name || ' | comment'] as expects, '{}'::text[] as allows
from tables order by name
