-- Roles that policies name or tables are granted to, and that row security holds for.
select distinct r.rolname::text as name
from pg_roles r
where not r.rolsuper and not r.rolbypassrls and r.rolname !~ '^pg_'
  and (exists (select from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
               where r.oid = any(p.polroles) and n.nspname = any(:schemas))
    or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
               where a.grantee = r.oid and a.privilege_type = 'SELECT' and c.relkind in ('r', 'p', 'v', 'm')
                 and c.relowner <> r.oid and n.nspname = any(:schemas)))
order by 1
