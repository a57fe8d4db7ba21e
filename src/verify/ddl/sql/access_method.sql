select :id(o.amname) as identity,
       json_build_object('create', 'create access method ' || :sql(o.amname) || ' type ' || case o.amtype when 't' then 'table' else 'index' end || ' handler '
         || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.amhandler)) as attributes
from pg_am o where o.oid >= 16384
