-- title: RLS Disabled in Public
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table of an exposed schema that the API roles may read has no row security.
-- remediation: Enable row level security on the table and write its policies, or revoke the API roles' privileges.
select format('table %s.%s can be read over the API, and row security is off', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('rls_disabled_in_public_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and not c.relrowsecurity and :exposed(n.nspname) and :api_reads(c.oid)
