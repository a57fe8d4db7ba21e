-- title: Unindexed foreign keys
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A foreign key has no index on its columns, so each delete or key update of a parent row reads the whole child table.
-- remediation: Create an index whose first columns are the columns of the foreign key, in their order.
select format('table %s.%s has a foreign key %s that no index begins with', n.nspname, c.relname, f.conname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table',
                          'fkey_name', f.conname, 'fkey_columns', f.conkey) as metadata,
       format('unindexed_foreign_keys_%s_%s_%s', n.nspname, c.relname, f.conname) as cache_key,
       'constraint' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(f.conname) as identity
from pg_constraint f
join pg_class c on c.oid = f.conrelid
join pg_namespace n on n.oid = c.relnamespace
where f.contype = 'f' and :ours(n.nspname) and not :of_extension(c)
  and not exists (
    select from pg_index i
    where i.indrelid = c.oid and i.indisvalid
      and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] = f.conkey)
