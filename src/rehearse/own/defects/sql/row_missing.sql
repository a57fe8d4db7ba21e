-- name: row missing
select name || ', its first row' as planted,
       format('create temp table saved as select %2$s from %1$s order by %3$s limit 1; select 1 / count(*) from saved; delete from %1$s t using saved s where %4$s',
              sql, columns, key_columns, key_equal) as plant,
       format('insert into %1$s (%2$s) overriding system value select * from saved; drop table saved', sql, columns) as heal,
       array['rows | table ' || name || ' | rows missing'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from tables where key_columns is not null and not referenced and reltuples > 1 order by vectors, name
