-- name: function's body changed
-- By a line at its end that does nothing.
select pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as planted,
       format('set check_function_bodies = off; create temp table saved as select pg_get_functiondef(%1$s::oid) as definition, prosrc from pg_catalog.pg_proc where oid = %2$L::regprocedure; '
              'do $planted$ begin execute (select replace(definition, prosrc, prosrc || E''\n'') from saved); end $planted$',
              format('%L::regprocedure', p.oid::regprocedure::text), p.oid::regprocedure::text) as plant,
       'do $planted$ begin execute (select definition from saved); end $planted$; drop table saved' as heal,
       array['schema | function ' || pg_temp.id(n.nspname::text) || '.' || pg_temp.id(p.proname::text) || '(' || pg_get_function_identity_arguments(p.oid) || ') | body'] as expects,
       '{}'::text[] as allows
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where n.nspname !~ '^(pg_|information_schema$)' and p.prokind in ('f', 'p') and l.lanname in ('sql', 'plpgsql') and p.prosqlbody is null
  and length(p.prosrc) > 12
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
order by 1
