-- title: Default privileges that open new objects
-- level: INFO
-- facing: EXTERNAL
-- categories: SECURITY
-- description: Objects made from now on will be open to anon or to everybody, before anyone thinks of their row security.
-- remediation: Revoke the default privileges, and grant on each object what it is meant to give.
select format('%s that %s makes in %s will give %s to %s', k.word, o.rolname, coalesce('schema ' || n.nspname, 'any schema'),
              string_agg(a.privilege_type, ', ' order by a.privilege_type), g.name) as detail,
       jsonb_build_object('schema', n.nspname, 'name', o.rolname, 'type', 'default privileges', 'objects', k.word,
                          'grantee', g.name, 'privileges', array_agg(a.privilege_type order by a.privilege_type)) as metadata,
       format('default_privileges_open_%s_%s_%s_%s', o.rolname, coalesce(n.nspname, '*'), k.word, g.name) as cache_key,
       'default privileges' as kind,
       :id(o.rolname) || ' in ' || coalesce(:id(n.nspname), '*') || ' on ' || k.word || ' to ' || g.name as identity
from pg_default_acl d
join pg_roles o on o.oid = d.defaclrole
left join pg_namespace n on n.oid = d.defaclnamespace
join (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions')) k (code, word) on k.code = d.defaclobjtype::text
cross join lateral aclexplode(d.defaclacl) a
cross join lateral (
  select case when a.grantee = 0 then 'PUBLIC' else (select r.rolname::text from pg_roles r where r.oid = a.grantee) end) g (name)
where (n.nspname is null or :exposed(n.nspname))
  -- That PUBLIC may execute new functions is Postgres' own default.
  and (g.name = 'anon' or (g.name = 'PUBLIC' and k.code <> 'f'))
group by o.rolname, n.nspname, k.word, g.name
