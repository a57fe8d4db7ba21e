select o.objtype || ' ' || o.objname || ' by ' || :id(o.provider) as identity,
       json_build_object('for', :sql(o.provider) || ' on ' || o.objtype || ' ' || o.objname) as attributes
from pg_seclabels o
where o.objtype not in ('role', 'database', 'tablespace')
  and (o.objnamespace is null or exists (select 1 from pg_namespace n where n.oid = o.objnamespace and n.nspname = any(:schemas)))
