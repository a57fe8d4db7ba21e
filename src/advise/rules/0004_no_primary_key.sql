-- title: No Primary Key
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A table has no primary key, so its rows cannot be told apart and logical replication of its updates fails.
-- remediation: Add a primary key.
select format('table %s.%s has no primary key', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('no_primary_key_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and :ours(n.nspname) and not :of_extension(c)
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
