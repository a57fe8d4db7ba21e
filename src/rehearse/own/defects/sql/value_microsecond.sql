-- name: one microsecond
select name as planted,
       format('create temp table saved as select %2$s, %3$s as kept_value from %1$s where %3$s is not null order by %2$s limit 1; '
              'select 1 / count(*) from saved where kept_value + interval ''1 microsecond'' <> kept_value; '
              'update %1$s t set %3$s = t.%3$s + interval ''1 microsecond'' from saved s where %4$s', table_sql, key_columns, sql, key_equal) as plant,
       format('update %1$s t set %2$s = s.kept_value from saved s where %3$s; drop table saved', table_sql, sql, key_equal) as heal,
       array['rows | table ' || table_name || ' | rows changed'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from columns where typname in ('timestamp', 'timestamptz') and (atttypmod = -1 or atttypmod = 6) and key_columns is not null and not in_key and not refers
  and not referred and not in_unique and not divides and reltuples > 1
order by checked, name
