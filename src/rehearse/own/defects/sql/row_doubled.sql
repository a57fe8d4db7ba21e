-- name: row doubled in a table without a key
select name || ', any row twice' as planted,
       format('create temp table place as select null::tid as place where false; with copied as (insert into %1$s (%2$s) overriding system value select %2$s from %1$s limit 1 returning ctid) insert into place select ctid from copied; select 1 / count(*) from place',
              sql, columns) as plant,
       format('delete from %s where ctid in (select place from place); drop table place', sql) as heal,
       array['rows | table ' || name || ' | rows extra'] as expects, pg_temp.shown('pg_class'::regclass, oid) as allows
from tables t where plain and reltuples > 0 and not exists (select from pg_index i where i.indrelid = t.oid and (i.indisunique or i.indisexclusion))
order by name
