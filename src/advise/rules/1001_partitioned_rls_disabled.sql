-- title: Partitioned table without row security
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A partitioned table of an exposed schema can be reached over the API without row security.
-- remediation: Enable row level security on the partitioned table and write its policies there, or revoke the API roles' privileges.
select format('partitioned table %s.%s can be reached over the API, and row security is off%s', n.nspname, c.relname,
              case when p.names is not null then ': its policies do nothing (' || p.names || ')' else '' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'partitioned table', 'policies', p.names) as metadata,
       format('partitioned_rls_disabled_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select string_agg(o.polname, ', ' order by o.polname) as names from pg_policy o where o.polrelid = c.oid) p
where c.relkind = 'p' and not c.relrowsecurity and :exposed(n.nspname) and :api_touches(c.oid)
