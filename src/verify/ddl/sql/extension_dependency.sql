select i.type || ' ' || i.identity || ' on ' || :id(e.extname) as identity,
       json_build_object('object', i.type || ' ' || i.identity, 'extension', :sql(e.extname)) as attributes
from pg_depend d join pg_extension e on e.oid = d.refobjid cross join pg_identify_object(d.classid, d.objid, 0) i
where d.refclassid = 'pg_extension'::regclass and d.deptype = 'x' and (i.schema is null or i.schema = any(:schemas))
