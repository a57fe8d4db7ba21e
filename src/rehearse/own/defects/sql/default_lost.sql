-- name: default lost
select name as planted, format('alter table %s alter %s drop default', table_sql, sql) as plant,
       format('alter table %s alter %s set default %s', table_sql, sql, standard) as heal,
       array['schema | column ' || name || ' | default'] as expects, '{}'::text[] as allows
from columns where plain and standard is not null and standard !~ 'nextval' and attislocal order by name
