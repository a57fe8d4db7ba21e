-- title: Function Search Path Mutable
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A function leaves search_path to its caller, who can have it find other tables and functions than it was written for.
-- remediation: Set search_path on the function, best to the empty text, and qualify the names in its body.
select format('function %s.%s leaves search_path to its caller', n.nspname, p.proname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', p.proname, 'type', 'function') as metadata,
       format('function_search_path_mutable_%s_%s_%s', n.nspname, p.proname, md5(p.prosrc)) as cache_key,
       'function' as kind,
       :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as identity,
       -- A body that was changed leaves the path open as before.
       'search_path' as matched_by
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where :ours(n.nspname) and not :of_extension(p)
  and not exists (select from unnest(p.proconfig) s (setting) where s.setting like 'search\_path=%')
