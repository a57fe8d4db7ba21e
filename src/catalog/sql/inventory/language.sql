select :id(o.lanname) as identity,
       json_build_object(
         'definition', nullif(o.lanplcallfoid, 0)::regprocedure::text,
         'inline', nullif(o.laninline, 0)::regprocedure::text, 'validator', nullif(o.lanvalidator, 0)::regprocedure::text,
         'trusted', o.lanpltrusted::text,
         'owner', pg_get_userbyid(o.lanowner),
         'comment', obj_description(o.oid, 'pg_language')) as attributes
from pg_language o
where o.lanispl
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_language'::regclass and e.objid = o.oid and e.deptype = 'e')
