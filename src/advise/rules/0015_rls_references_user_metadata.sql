-- title: RLS references user metadata
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A policy trusts user_metadata, which users change themselves.
-- remediation: Take what decides about access from app_metadata or from a table.
select format('policy %s of table %s.%s trusts user_metadata, which users change themselves', p.polname, n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('rls_references_user_metadata_%s_%s_%s', n.nspname, c.relname, p.polname) as cache_key,
       'policy' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(p.polname) as identity
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where :ours(n.nspname)
  and concat_ws(' ; ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      ~ '(auth\.jwt\(\)|current_setting\([^;]*request\.jwt\.claims[^;]*\))[^;]*user_metadata'
