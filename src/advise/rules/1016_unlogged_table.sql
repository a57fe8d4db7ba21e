-- title: Unlogged table
-- level: WARN
-- facing: EXTERNAL
-- categories: INTEGRITY
-- description: A table is unlogged: a crash empties it, standbys and logical replication do not have it.
-- remediation: Run ALTER TABLE ... SET LOGGED, unless its rows may be lost.
select format('table %s.%s is unlogged: a crash empties it', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('unlogged_table_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'u' and :ours(n.nspname) and not :of_extension(c)
