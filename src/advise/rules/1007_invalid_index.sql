-- title: Invalid index
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: An index is invalid: no query reads it, a unique one promises nothing, and inserts may still write to it.
-- remediation: Drop it or run REINDEX INDEX CONCURRENTLY.
select format('index %s of table %s.%s is %s', ic.relname, n.nspname, c.relname,
              case when i.indisready then 'invalid' else 'invalid and not ready' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'index', ic.relname,
                          'unique', i.indisunique, 'ready', i.indisready) as metadata,
       format('invalid_index_%s_%s_%s', n.nspname, c.relname, ic.relname) as cache_key,
       'index' as kind,
       :id(n.nspname) || '.' || :id(ic.relname) as identity
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where not (i.indisvalid and i.indisready) and :ours(n.nspname) and not :of_extension(c)
  -- One that is being built is none yet.
  and not exists (select from pg_stat_progress_create_index b where b.index_relid = i.indexrelid)
