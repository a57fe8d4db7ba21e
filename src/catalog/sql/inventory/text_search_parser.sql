select :id(n.nspname) || '.' || :id(o.prsname) as identity,
       json_build_object(
         'definition', concat_ws(', ', o.prsstart, o.prstoken, o.prsend, nullif(o.prsheadline::oid, 0)::regproc, o.prslextype),
         'comment', obj_description(o.oid, 'pg_ts_parser')) as attributes
from pg_ts_parser o join pg_namespace n on n.oid = o.prsnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_ts_parser'::regclass and e.objid = o.oid and e.deptype = 'e')
