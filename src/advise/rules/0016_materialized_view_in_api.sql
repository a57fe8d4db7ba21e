-- title: Materialized View in API
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A materialized view, which knows no row security, can be read over the API.
-- remediation: Revoke SELECT on it from anon and authenticated, or move it out of the exposed schemas.
select format('materialized view %s.%s can be read by anon or authenticated', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'materialized view') as metadata,
       format('materialized_view_in_api_%s_%s', n.nspname, c.relname) as cache_key,
       'materialized view' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'm' and :exposed(n.nspname) and :api_reads(c.oid) and not :of_extension(c)
