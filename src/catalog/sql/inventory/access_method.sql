select :id(o.amname) as identity,
       json_build_object(
         'definition', o.amhandler::oid::regprocedure::text,
         'type', case o.amtype when 't' then 'table' else 'index' end,
         'comment', obj_description(o.oid, 'pg_am')) as attributes
from pg_am o
where o.oid >= 16384
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_am'::regclass and e.objid = o.oid and e.deptype = 'e')
