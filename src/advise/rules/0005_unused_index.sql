-- title: Unused Index
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: An index has not been read since the server's statistics were last reset.
-- remediation: Drop the index if standbys do not use it either.
-- fresh: quiet
select format('index %s of table %s.%s has not been used', s.indexrelname, s.schemaname, s.relname) as detail,
       jsonb_build_object('schema', s.schemaname, 'name', s.relname, 'type', 'table') as metadata,
       format('unused_index_%s_%s_%s', s.schemaname, s.relname, s.indexrelname) as cache_key,
       'index' as kind,
       :id(s.schemaname) || '.' || :id(s.indexrelname) as identity
from pg_stat_user_indexes s
join pg_index i on i.indexrelid = s.indexrelid
join pg_class c on c.oid = s.relid
where s.idx_scan = 0 and not i.indisunique and not i.indisprimary and :ours(s.schemaname) and not :of_extension(c)
