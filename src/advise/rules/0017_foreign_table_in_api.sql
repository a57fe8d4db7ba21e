-- title: Foreign Table in API
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A foreign table, which knows no row security, can be read over the API.
-- remediation: Revoke SELECT on it from anon and authenticated, or move it out of the exposed schemas.
select format('foreign table %s.%s can be read over the API', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'foreign table') as metadata,
       format('foreign_table_in_api_%s_%s', n.nspname, c.relname) as cache_key,
       'foreign table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'f' and :exposed(n.nspname) and :api_reads(c.oid) and not :of_extension(c)
