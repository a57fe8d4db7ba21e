-- title: Row security that does not bind the owner
-- level: INFO
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table's row security is not forced, and its owner is a role that applications connect as or switch to.
-- remediation: Run ALTER TABLE ... FORCE ROW LEVEL SECURITY, or give the table to a role nobody connects as.
select format('row security of table %s.%s does not bind its owner %s, which %s', n.nspname, c.relname, r.rolname,
              case when r.rolcanlogin then 'can log in' else 'the API uses' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'owner', r.rolname) as metadata,
       format('rls_not_forced_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_roles r on r.oid = c.relowner
where c.relkind in ('r', 'p') and c.relrowsecurity and not c.relforcerowsecurity and :ours(n.nspname) and not :of_extension(c)
  -- Whom row security never binds, forcing does not bind either.
  and not r.rolsuper and not r.rolbypassrls
  and (r.rolcanlogin or r.rolname in ('anon', 'authenticated'))
