select :id(n.nspname) || '.' || :id(o.cfgname) as identity,
       json_build_object(
         'parser', (select :id(pn.nspname) || '.' || :id(p.prsname)
                    from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = o.cfgparser),
         'definition', (select string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary::text, ', '
                                          order by m.maptokentype, m.mapseqno)
                        from pg_ts_config_map m where m.mapcfg = o.oid),
         'owner', pg_get_userbyid(o.cfgowner),
         'comment', obj_description(o.oid, 'pg_ts_config')) as attributes
from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_ts_config'::regclass and e.objid = o.oid and e.deptype = 'e')
