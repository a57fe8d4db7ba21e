-- name: function's volatility
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as planted,
       format('alter function %s stable', p.oid::regprocedure) as plant, format('alter function %s volatile', p.oid::regprocedure) as heal,
       array['schema | function ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ') | volatility'] as expects,
       pg_temp.shown('pg_proc'::regclass, p.oid) as allows
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^(pg_|information_schema$)' and p.prokind = 'f' and p.provolatile = 'v'
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
order by cardinality(pg_temp.shown('pg_proc'::regclass, p.oid)), 1 desc
