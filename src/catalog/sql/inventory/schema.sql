select :id(n.nspname) as identity,
       json_build_object('owner', pg_get_userbyid(n.nspowner), 'comment', obj_description(n.oid, 'pg_namespace')) as attributes
from pg_namespace n where n.nspname = any(:schemas)
