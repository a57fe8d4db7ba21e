select format_type(o.castsource, null) || ' as ' || format_type(o.casttarget, null) as identity,
       json_build_object('create', 'create cast (' || format_type(o.castsource, null) || ' as ' || format_type(o.casttarget, null) || ') '
         || case o.castmethod when 'i' then 'with inout' when 'b' then 'without function'
              else 'with function ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')'
                                        from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.castfunc) end
         || case o.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' else '' end,
         -- That of a range to its multirange comes and goes with the type.
         'of a type', exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = o.oid and d.deptype = 'i')) as attributes
from pg_cast o where o.oid >= 16384
