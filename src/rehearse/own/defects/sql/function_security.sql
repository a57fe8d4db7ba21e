-- name: function with other rights
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as planted,
       format('alter function %s security %s', p.oid::regprocedure, case when p.prosecdef then 'invoker' else 'definer' end) as plant,
       format('alter function %s security %s', p.oid::regprocedure, case when p.prosecdef then 'definer' else 'invoker' end) as heal,
       array['schema | function ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ') | security'] as expects,
       pg_temp.shown('pg_proc'::regclass, p.oid) || (select array_agg('behaviour | role ' || pg_temp.id(r.rolname::text)) from pg_roles r) as allows
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^(pg_|information_schema$)' and p.prokind = 'f'
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
order by p.prosecdef desc, cardinality(pg_temp.shown('pg_proc'::regclass, p.oid)), 1
