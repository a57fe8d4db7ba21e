select format_type(o.trftype, null) || ' in ' || :id(l.lanname) as identity,
       json_build_object(
         'definition', concat_ws(', ', 'from SQL by ' || nullif(o.trffromsql::oid, 0)::regprocedure::text,
                                 'to SQL by ' || nullif(o.trftosql::oid, 0)::regprocedure::text),
         'comment', obj_description(o.oid, 'pg_transform')) as attributes
from pg_transform o join pg_language l on l.oid = o.trflang
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_transform'::regclass and e.objid = o.oid and e.deptype = 'e')
