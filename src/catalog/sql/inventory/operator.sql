-- The shell of an operator, named by another as its commutator or negator and never defined, has no function.
select :id(n.nspname) || '.' || o.oprname || '(' || concat_ws(', ', format_type(nullif(o.oprleft, 0), null),
                                                            format_type(nullif(o.oprright, 0), null)) || ')' as identity,
       json_build_object(
         'definition', nullif(o.oprcode::oid, 0)::regprocedure::text,
         'commutator', nullif(o.oprcom, 0)::regoperator::text, 'negator', nullif(o.oprnegate, 0)::regoperator::text,
         'restrict', nullif(o.oprrest::oid, 0)::regproc::text, 'join', nullif(o.oprjoin::oid, 0)::regproc::text,
         'hashes', o.oprcanhash::text, 'merges', o.oprcanmerge::text,
         'owner', pg_get_userbyid(o.oprowner),
         'comment', obj_description(o.oid, 'pg_operator')) as attributes
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_operator'::regclass and e.objid = o.oid and e.deptype = 'e')
