-- title: Multiple Permissive Policies
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: Several permissive policies serve the same role and action of a table, and each of them is evaluated for every row.
-- remediation: Join the policies into one whose expression names the cases with OR.
with permitted as (
  select c.oid, n.nspname, c.relname, r.rolname, a.action, p.polname
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_roles r on r.oid = any(p.polroles) or p.polroles = array[0::oid]
  cross join lateral unnest(
    case p.polcmd
      when 'r' then array['SELECT']
      when 'a' then array['INSERT']
      when 'w' then array['UPDATE']
      when 'd' then array['DELETE']
      else array['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    end) a (action)
  where c.relkind = 'r' and p.polpermissive and :ours(n.nspname) and not :of_extension(c)
    and r.rolname not like 'pg\_%' and r.rolname not like 'supabase%admin' and not r.rolbypassrls
)
select format('table %s.%s has several permissive policies for role %s and %s: %s', nspname, relname, rolname, action,
              string_agg(polname, ', ' order by polname)) as detail,
       jsonb_build_object('schema', nspname, 'name', relname, 'type', 'table') as metadata,
       format('multiple_permissive_policies_%s_%s_%s_%s', nspname, relname, rolname, action) as cache_key,
       'table' as kind,
       :id(nspname) || '.' || :id(relname) as identity
from permitted
group by oid, nspname, relname, rolname, action
having count(*) > 1
