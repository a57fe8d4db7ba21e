-- name: values swapped between two rows
select name || ', two rows' as planted,
       format('create temp table saved as select *, row_number() over () as kept_place from (select distinct on (kept_value) * from (select %2$s, %3$s as kept_value from %1$s where %3$s is not null) q order by kept_value, %2$s limit 2) two; '
              'select 1 / (count(*) - 1) from saved; update %1$s t set %3$s = other.kept_value from saved s join saved other on other.kept_place <> s.kept_place where %4$s',
              table_sql, key_columns, sql, key_equal) as plant,
       format('update %1$s t set %2$s = s.kept_value from saved s where %3$s; drop table saved', table_sql, sql, key_equal) as heal,
       array['rows | table ' || table_name || ' | rows changed'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from columns where typname in ('text', 'varchar', 'int4', 'int8', 'uuid', 'numeric') and key_columns is not null and not in_key and not refers_in_part and not referred and not in_unique
  and not divides and reltuples > 2 and varied
order by refers, checked, name
