-- title: Function of a superuser with an open search_path
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A SECURITY DEFINER function runs as a superuser and looks names up along its caller's search_path, so a caller can run code as the superuser.
-- remediation: Set search_path on the function, give it to a role with few rights, or revoke EXECUTE.
select format('function %s.%s(%s) runs as superuser %s along the search_path of its caller', n.nspname, p.proname,
              pg_get_function_identity_arguments(p.oid), o.rolname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', p.proname, 'type', 'function', 'owner', o.rolname,
                          'arguments', pg_get_function_identity_arguments(p.oid)) as metadata,
       format('superuser_definer_function_%s_%s_%s', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as cache_key,
       'function' as kind,
       :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as identity
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_roles o on o.oid = p.proowner
where p.prosecdef and o.rolsuper and :ours(n.nspname) and not :of_extension(p)
  and not exists (select from unnest(p.proconfig) s (setting) where s.setting like 'search\_path=%')
  -- By PUBLIC, or by any role that is not its owner.
  and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              where a.privilege_type = 'EXECUTE' and a.grantee <> p.proowner
                and not exists (select from pg_roles g where g.oid = a.grantee and g.rolsuper))
