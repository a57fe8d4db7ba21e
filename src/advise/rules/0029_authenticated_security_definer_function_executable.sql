-- title: Signed-In Users Can Execute SECURITY DEFINER Function
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: authenticated may call a function of an exposed schema that runs with the rights of its owner.
-- remediation: Revoke EXECUTE from authenticated and PUBLIC, make it SECURITY INVOKER, or move it out of the exposed schemas.
select format('function %s.%s(%s) runs with the rights of its owner, and authenticated may call it', n.nspname, p.proname, a.arguments) as detail,
       jsonb_build_object('schema', n.nspname, 'name', p.proname, 'arguments', a.arguments, 'language', l.lanname,
                          'security_definer', true) as metadata,
       format('authenticated_security_definer_function_executable_%s_%s_%s', n.nspname, p.proname, a.arguments) as cache_key,
       'function' as kind,
       :id(n.nspname) || '.' || :id(p.proname) || '(' || a.arguments || ')' as identity
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
join pg_roles r on r.rolname = 'authenticated'
cross join lateral (select pg_get_function_identity_arguments(p.oid)) a (arguments)
where p.prosecdef and :exposed(n.nspname) and has_function_privilege(r.oid, p.oid, 'EXECUTE')
