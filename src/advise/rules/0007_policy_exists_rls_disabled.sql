-- title: Policy Exists RLS Disabled
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table has policies, and row security is not enabled on it: the policies do nothing.
-- remediation: Enable row level security on the table.
select format('table %s.%s has policies (%s), and row security is off', n.nspname, c.relname, p.names) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('policy_exists_rls_disabled_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select string_agg(o.polname, ', ' order by o.polname) as names from pg_policy o where o.polrelid = c.oid) p
where c.relkind = 'r' and not c.relrowsecurity and p.names is not null and :ours(n.nspname) and not :of_extension(c)
