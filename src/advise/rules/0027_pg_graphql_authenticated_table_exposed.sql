-- title: Signed-In Users Can See Object in GraphQL Schema
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A relation that authenticated may select shows its name and columns in the GraphQL schema to every account.
-- remediation: Revoke SELECT on it from authenticated where not every account is meant to see it.
select format('%s %s.%s shows in the GraphQL schema to every account, because authenticated may select it', k.kind, n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', k.kind) as metadata,
       format('pg_graphql_authenticated_table_exposed_%s_%s', n.nspname, c.relname) as cache_key,
       k.kind as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join (values ('r', 'table'), ('v', 'view'), ('m', 'materialized view'), ('f', 'foreign table')) k (code, kind) on k.code = c.relkind::text
join pg_roles r on r.rolname = 'authenticated'
where :ours(n.nspname) and exists (select from pg_extension e where e.extname = 'pg_graphql')
  and has_any_column_privilege(r.oid, c.oid, 'SELECT')
