-- name: default changed
select name as planted,
       format('alter table %s alter %s set default %s', table_sql, sql, case typname when 'bool' then 'not (' || standard || ')' else '(' || standard || ') + 1' end) as plant,
       format('alter table %s alter %s set default %s', table_sql, sql, standard) as heal,
       array['schema | column ' || name || ' | default'] as expects, '{}'::text[] as allows
from columns where plain and standard is not null and standard !~ 'nextval' and standard !~* 'null' and typname in ('bool', 'int2', 'int4', 'int8', 'numeric') and attislocal
order by typname = 'bool' desc, name desc
