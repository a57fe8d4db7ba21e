-- title: RLS Enabled No Policy
-- level: INFO
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table has row security enabled and no policy, so nobody whom row security binds sees a row.
-- remediation: Write a policy, or leave it so if only the owner and roles with BYPASSRLS are to reach the table.
select format('table %s.%s has row security and no policy', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('rls_enabled_no_policy_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relrowsecurity and :ours(n.nspname) and not :of_extension(c)
  and not exists (select from pg_policy p where p.polrelid = c.oid)
