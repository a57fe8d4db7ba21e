-- name: identity of another kind
select name as planted, format('alter table %s alter %s set generated %s', table_sql, sql, case attidentity when 'a' then 'by default' else 'always' end) as plant,
       format('alter table %s alter %s set generated %s', table_sql, sql, case attidentity when 'a' then 'always' else 'by default' end) as heal,
       array['schema | column ' || name || ' | identity'] as expects, '{}'::text[] as allows
from columns where attidentity <> '' and plain order by name
