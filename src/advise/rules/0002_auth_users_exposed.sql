-- title: Exposed Auth Users
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A view or materialized view in an exposed schema shows auth.users to the API roles.
-- remediation: Drop the view, revoke SELECT on it from anon and authenticated, or make it a security invoker view over a table with row security.
select format('view %s.%s shows auth.users to %s', n.nspname, c.relname, array_to_string(r.roles, ', ')) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'view', 'exposed_to', r.roles) as metadata,
       format('auth_users_exposed_%s_%s', n.nspname, c.relname) as cache_key,
       case c.relkind when 'm' then 'materialized view' else 'view' end as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_namespace un on un.nspname = 'auth'
join pg_class u on u.relnamespace = un.oid and u.relname = 'users'
cross join lateral (
  select array_agg(a.rolname order by a.rolname) as roles
  from pg_roles a
  where a.rolname in ('anon', 'authenticated') and has_table_privilege(a.oid, c.oid, 'SELECT')) r
where c.relkind in ('v', 'm') and :exposed(n.nspname) and r.roles is not null
  -- Materialized views know no row security; a view that asks as its caller is as safe as the table.
  and (c.relkind = 'm' or not :invoker(c) or not u.relrowsecurity)
  and exists (
    select from pg_depend d
    join pg_rewrite w on w.oid = d.objid and w.ev_class = c.oid
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
      and d.refobjid = u.oid and d.deptype = 'n')
