-- title: Partitioned table with row security and no policy
-- level: INFO
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A partitioned table has row security enabled and no policy; policies of its partitions do not count for it.
-- remediation: Write policies on the partitioned table itself.
select format('partitioned table %s.%s has row security and no policy%s', n.nspname, c.relname,
              case when exists (select from pg_partition_tree(c.oid) t join pg_policy p on p.polrelid = t.relid)
                   then '; those of its partitions do not count for it' else '' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'partitioned table') as metadata,
       format('partitioned_no_policy_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'p' and c.relrowsecurity and :ours(n.nspname) and not :of_extension(c)
  and not exists (select from pg_policy p where p.polrelid = c.oid)
