-- name: partition detached
select t.name || ', without ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.relname::text) as planted,
       format('alter table %s detach partition %I.%I', t.sql, n.nspname, p.relname) as plant,
       format('alter table %s attach partition %I.%I %s', t.sql, n.nspname, p.relname, pg_get_expr(p.relpartbound, p.oid)) as heal,
       array['schema | table ' || x.name || ' | partition bound', 'schema | table ' || x.name || ' | inherits', 'rows | table ' || x.name || ' | relation missing']
         -- What a partition has of its root's identity goes too.
         || coalesce((select array_agg('schema | column ' || x.name || '.' || pg_temp.id(a.attname::text) || ' | identity') from pg_attribute a
                      where a.attrelid = p.oid and a.attnum > 0 and a.attidentity <> ''), '{}')
         || case when pg_temp.ask(format('select count(*) from %I.%I', n.nspname, p.relname)) = '0' then '{}'::text[]
            else array['rows | table ' || t.name || ' | rows missing'] end as expects,
       pg_temp.shown('pg_class'::regclass, t.oid) || pg_temp.shown('pg_class'::regclass, p.oid) as allows
from pg_inherits i join tables t on t.oid = i.inhparent and t.relkind = 'p' join pg_class p on p.oid = i.inhrelid join pg_namespace n on n.oid = p.relnamespace
cross join lateral (select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.relname::text) as name) x
where p.relispartition and p.relkind = 'r'
order by p.reltuples > 0, 1
