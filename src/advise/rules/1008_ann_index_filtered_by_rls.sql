-- title: Vector search that row security cuts short
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A table has row security and an approximate vector index, and iterative scans are off: a search may answer fewer rows than there are.
-- remediation: Set hnsw.iterative_scan (or ivfflat.iterative_scan) for the database, the role or the function that searches.
select format('searches of %s.%s by index %s may answer fewer rows than there are: row security filters after the index, and %s.iterative_scan is off',
              n.nspname, c.relname, ic.relname, am.amname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'index', ic.relname, 'method', am.amname) as metadata,
       format('ann_index_filtered_by_rls_%s_%s_%s', n.nspname, c.relname, ic.relname) as cache_key,
       'index' as kind,
       :id(n.nspname) || '.' || :id(ic.relname) as identity
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_am am on am.oid = ic.relam and am.amname in ('hnsw', 'ivfflat')
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where c.relrowsecurity and i.indisvalid and :ours(n.nspname)
  and coalesce(current_setting(am.amname || '.iterative_scan', true), '') not in ('strict_order', 'relaxed_order')
  -- What the API's roles have it set to.
  and not exists (
    select
    from pg_db_role_setting s
    cross join unnest(s.setconfig) o (setting)
    where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
      and s.setrole in (select r.oid from pg_roles r where r.rolname in ('authenticator', 'authenticated', 'anon'))
      and o.setting in (am.amname || '.iterative_scan=strict_order', am.amname || '.iterative_scan=relaxed_order'))
