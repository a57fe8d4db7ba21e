-- Casts belong to the database, not to a schema; those below this OID come with the server.
select format_type(o.castsource, null) || ' as ' || format_type(o.casttarget, null) as identity,
       json_build_object(
         'definition', case o.castmethod when 'f' then o.castfunc::regprocedure::text when 'i' then 'by text' else 'as it is' end,
         'context', case o.castcontext when 'e' then 'explicit' when 'a' then 'assignment' else 'implicit' end,
         'comment', obj_description(o.oid, 'pg_cast')) as attributes
from pg_cast o
where o.oid >= 16384
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_cast'::regclass and e.objid = o.oid and e.deptype = 'e')
