select :id(n.nspname) || '.' || :id(o.conname) as identity,
       json_build_object(
         'definition', 'from ' || pg_encoding_to_char(o.conforencoding) || ' to ' || pg_encoding_to_char(o.contoencoding)
                       || ' by ' || o.conproc::oid::regprocedure::text,
         'default', o.condefault::text,
         'owner', pg_get_userbyid(o.conowner),
         'comment', obj_description(o.oid, 'pg_conversion')) as attributes
from pg_conversion o join pg_namespace n on n.oid = o.connamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_conversion'::regclass and e.objid = o.oid and e.deptype = 'e')
