-- title: Schema in which anyone may create
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: PUBLIC or an API role may create objects in a schema, and so put functions and tables in the way of others' search_path.
-- remediation: Revoke CREATE on the schema.
select format('%s may create objects in schema %s', string_agg(g.name, ', ' order by g.name), n.nspname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', n.nspname, 'type', 'schema', 'grantees', array_agg(g.name order by g.name)) as metadata,
       format('schema_open_to_create_%s', n.nspname) as cache_key,
       'schema' as kind,
       :id(n.nspname) as identity
from pg_namespace n
cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
cross join lateral (
  select case when a.grantee = 0 then 'PUBLIC' else (select r.rolname::text from pg_roles r where r.oid = a.grantee) end) g (name)
where a.privilege_type = 'CREATE' and g.name in ('PUBLIC', 'anon', 'authenticated') and :ours(n.nspname)
group by n.nspname
