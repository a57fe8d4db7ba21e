-- name: row security off
select name as planted, format('alter table %s disable row level security', sql) as plant, format('alter table %s enable row level security', sql) as heal,
       array['rls | table ' || name || ' | row security'] as expects, pg_temp.shown('pg_class'::regclass, oid)
       -- A search without row security is no longer cut short, so nothing is left that the waiver of that is for.
       || case when exists (select from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
                            where i.indrelid = tables.oid and m.amname in ('hnsw', 'ivfflat'))
               then array['waivers | waiver of table ' || name || ' for vectors'] else '{}' end as allows
from tables where relrowsecurity order by not exists (select from pg_policy p where p.polrelid = tables.oid), name
