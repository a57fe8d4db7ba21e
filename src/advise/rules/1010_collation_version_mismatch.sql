-- title: Collation version mismatch
-- level: WARN
-- facing: EXTERNAL
-- categories: INTEGRITY
-- description: The operating system sorts text otherwise than when a collation's indexes were built: they may miss rows or admit duplicates.
-- remediation: Rebuild the indexes that use the collation, then refresh its version.
select format('the database was made with collation version %s, and its system now has %s', d.datcollversion, v.actual) as detail,
       jsonb_build_object('name', d.datname, 'type', 'database', 'recorded', d.datcollversion, 'actual', v.actual) as metadata,
       'collation_version_mismatch_database' as cache_key,
       'collation' as kind,
       'default' as identity
from pg_database d
cross join lateral (select pg_database_collation_actual_version(d.oid)) v (actual)
where d.datname = current_database() and d.datcollversion <> v.actual
union all
select format('collation %s.%s was made with version %s, and its system now has %s', n.nspname, c.collname, c.collversion, v.actual),
       jsonb_build_object('schema', n.nspname, 'name', c.collname, 'type', 'collation', 'recorded', c.collversion, 'actual', v.actual),
       format('collation_version_mismatch_%s_%s', n.nspname, c.collname),
       'collation',
       :id(n.nspname) || '.' || :id(c.collname)
from pg_collation c
join pg_namespace n on n.oid = c.collnamespace
cross join lateral (select pg_collation_actual_version(c.oid)) v (actual)
where c.collversion <> v.actual
  -- Of the hundreds that come with a server, those that something uses.
  and (n.nspname <> 'pg_catalog'
       or exists (select from pg_depend d where d.refclassid = 'pg_collation'::regclass and d.refobjid = c.oid))
