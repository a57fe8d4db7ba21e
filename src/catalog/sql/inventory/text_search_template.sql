select :id(n.nspname) || '.' || :id(o.tmplname) as identity,
       json_build_object(
         'definition', concat_ws(', ', nullif(o.tmplinit::oid, 0)::regproc, o.tmpllexize),
         'comment', obj_description(o.oid, 'pg_ts_template')) as attributes
from pg_ts_template o join pg_namespace n on n.oid = o.tmplnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_ts_template'::regclass and e.objid = o.oid and e.deptype = 'e')
