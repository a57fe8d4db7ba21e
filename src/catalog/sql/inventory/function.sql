select :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as identity,
       json_build_object(
         'kind', case p.prokind when 'f' then 'function' when 'p' then 'procedure' when 'a' then 'aggregate' else 'window' end,
         'result', pg_get_function_result(p.oid),
         'arguments', pg_get_function_arguments(p.oid),
         'language', l.lanname,
         'body', coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
         'security', case when p.prosecdef then 'definer' else 'invoker' end,
         'library', p.probin, 'support', nullif(p.prosupport::text, '-'),
         'transforms', (select string_agg(format_type(t.oid, null), ', ' order by t.place)
                        from unnest(p.protrftypes) with ordinality t(oid, place)),
         'settings', (select string_agg(o.setting, ', ' order by o.setting collate "C") from unnest(p.proconfig) o(setting)),
         'volatility', p.provolatile::text, 'parallel', p.proparallel::text, 'strict', p.proisstrict::text,
         'leakproof', p.proleakproof::text, 'cost', p.procost::text, 'rows', p.prorows::text,
         'aggregate', (select concat_ws(', ', g.aggtransfn::text, nullif(g.aggfinalfn::text, '-'),
                              format_type(g.aggtranstype, null), g.agginitval)
                       from pg_aggregate g where g.aggfnoid = p.oid),
         'aggregate details', (select concat_ws(', ',
                              'kind ' || g.aggkind::text, 'direct arguments ' || g.aggnumdirectargs,
                              'combine ' || nullif(g.aggcombinefn::text, '-'),
                              'serialize ' || nullif(g.aggserialfn::text, '-'),
                              'deserialize ' || nullif(g.aggdeserialfn::text, '-'),
                              'moving ' || nullif(g.aggmtransfn::text, '-'),
                              'moving inverse ' || nullif(g.aggminvtransfn::text, '-'),
                              'moving final ' || nullif(g.aggmfinalfn::text, '-'),
                              'moving type ' || format_type(nullif(g.aggmtranstype, 0), null),
                              'moving start ' || g.aggminitval,
                              'final modifies ' || g.aggfinalmodify::text, 'extra ' || g.aggfinalextra,
                              'sort by ' || nullif(g.aggsortop, 0)::regoperator::text,
                              'space ' || g.aggtransspace)
                       from pg_aggregate g where g.aggfnoid = p.oid),
         'owner', pg_get_userbyid(p.proowner),
         'comment', obj_description(p.oid, 'pg_proc')) as attributes
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  -- The functions of a range type come and go with it.
                  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
