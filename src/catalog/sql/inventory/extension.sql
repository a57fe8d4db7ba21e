-- Extensions belong to the database, not to a schema: all of them are compared.
select :id(e.extname) as identity,
       json_build_object('version', e.extversion, 'schema', n.nspname,
                         'comment', obj_description(e.oid, 'pg_extension')) as attributes
from pg_extension e join pg_namespace n on n.oid = e.extnamespace
