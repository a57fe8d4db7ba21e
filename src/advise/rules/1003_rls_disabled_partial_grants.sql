-- title: Column or write privileges without row security
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A table without row security cannot be read as a whole over the API, but some of its columns can, or rows can be written.
-- remediation: Enable row level security on the table and write its policies, or revoke the privileges.
with granted as (
  select c.oid, r.rolname, array_agg(p.privilege order by p.place) as privileges
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_roles r on r.rolname in ('anon', 'authenticated')
  cross join (values (1, 'SELECT'), (2, 'INSERT'), (3, 'UPDATE'), (4, 'DELETE')) p (place, privilege)
  where c.relkind = 'r' and not c.relrowsecurity and :exposed(n.nspname) and not :api_reads(c.oid)
    -- DELETE cannot be granted by column.
    and case p.privilege when 'DELETE' then has_table_privilege(r.oid, c.oid, 'DELETE')
                         else has_any_column_privilege(r.oid, c.oid, p.privilege) end
  group by c.oid, r.rolname
)
select format('table %s.%s has no row security: %s', n.nspname, c.relname,
              string_agg(g.rolname || ' may ' || array_to_string(g.privileges, ', '), '; ' order by g.rolname)
              || case when bool_or('SELECT' = any(g.privileges)) then ' (SELECT of some columns)' else '' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table',
                          'privileges', jsonb_object_agg(g.rolname, to_jsonb(g.privileges))) as metadata,
       format('rls_disabled_partial_grants_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from granted g
join pg_class c on c.oid = g.oid
join pg_namespace n on n.oid = c.relnamespace
group by c.oid, n.nspname, c.relname
