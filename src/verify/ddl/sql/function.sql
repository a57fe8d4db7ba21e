-- The server writes functions and procedures itself; an aggregate is put together.
select :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as identity,
       json_build_object('create', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) else (
         select 'create aggregate ' || :sql(n.nspname) || '.' || :sql(p.proname)
           || '(' || case when pg_get_function_arguments(p.oid) = '' then '*' else pg_get_function_arguments(p.oid) end || ') ('
           || concat_ws(', ', 'sfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggtransfn),
                'stype = ' || format_type(g.aggtranstype, null), 'sspace = ' || nullif(g.aggtransspace, 0),
                'finalfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggfinalfn),
                case when g.aggfinalextra then 'finalfunc_extra' end,
                case when g.aggfinalfn <> 0 then 'finalfunc_modify = ' || case g.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
                'combinefunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggcombinefn),
                'serialfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggserialfn),
                'deserialfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggdeserialfn),
                'initcond = ' || quote_literal(g.agginitval),
                'msfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggmtransfn),
                'minvfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggminvtransfn),
                'mstype = ' || format_type(nullif(g.aggmtranstype, 0), null), 'msspace = ' || nullif(g.aggmtransspace, 0),
                'mfinalfunc = ' || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.aggmfinalfn),
                case when g.aggmfinalextra then 'mfinalfunc_extra' end,
                case when g.aggmfinalfn <> 0 then 'mfinalfunc_modify = ' || case g.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
                'minitcond = ' || quote_literal(g.aggminitval),
                'sortop = ' || (select 'operator(' || :sql(sn.nspname) || '.' || s.oprname || ')' from pg_operator s join pg_namespace sn on sn.oid = s.oprnamespace where s.oid = g.aggsortop),
                case p.proparallel when 's' then 'parallel = safe' when 'r' then 'parallel = restricted' end,
                case when g.aggkind = 'h' then 'hypothetical' end) || ')'
         from pg_aggregate g where g.aggfnoid = p.oid) end,
         -- What makes the values of a range comes and goes with the type.
         'of a type', exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
                                and d.refclassid = 'pg_type'::regclass),
         'signature', :sql(n.nspname) || '.' || :sql(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')') as attributes
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = any(:schemas)
