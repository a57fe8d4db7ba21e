-- Labels of roles, databases and tablespaces belong to the cluster.
select o.objtype || ' ' || o.objname || ' by ' || :id(o.provider) as identity,
       json_build_object('definition', o.label) as attributes
from pg_seclabels o
where o.objtype not in ('role', 'database', 'tablespace')
  and (o.objnamespace is null or exists (select 1 from pg_namespace n where n.oid = o.objnamespace and n.nspname = any(:schemas)))
