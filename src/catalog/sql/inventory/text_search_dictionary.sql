select :id(n.nspname) || '.' || :id(o.dictname) as identity,
       json_build_object(
         'definition', (select :id(tn.nspname) || '.' || :id(t.tmplname)
                        from pg_ts_template t join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = o.dicttemplate),
         'options', o.dictinitoption,
         'owner', pg_get_userbyid(o.dictowner),
         'comment', obj_description(o.oid, 'pg_ts_dict')) as attributes
from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_ts_dict'::regclass and e.objid = o.oid and e.deptype = 'e')
