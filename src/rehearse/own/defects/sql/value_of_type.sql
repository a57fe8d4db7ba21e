-- name: another value
-- each: type
-- One value of each type the schema has, replaced by one of another row.
select type as each, name || ', the value of another row' as planted,
       format('create temp table saved as select %2$s, %3$s as kept_value from %1$s where %3$s is not null order by %2$s limit 1; '
              'create temp table other as select o.%3$s as v from %1$s o, saved s where o.%3$s is not null and o.%3$s::text is distinct from s.kept_value::text order by o.%3$s::text limit 1; '
              'select 1 / count(*) from other; update %1$s t set %3$s = (select v from other) from saved s where %4$s; drop table other',
              table_sql, key_columns, sql, key_equal) as plant,
       format('update %1$s t set %2$s = s.kept_value from saved s where %3$s; drop table saved', table_sql, sql, key_equal) as heal,
       array['rows | table ' || table_name || ' | rows changed'] as expects,
       pg_temp.shown('pg_class'::regclass, oid)
         || case when typname in ('vector', 'halfvec', 'sparsevec') then array['vectors | column ' || name] else '{}' end as allows
from (select *, row_number() over (partition by type order by refers, checked, name) as choice from columns
      where key_columns is not null and not in_key and not refers_in_part and not referred and not in_unique and not divides and reltuples > 1 and varied) c
where choice <= 4 order by type, choice
