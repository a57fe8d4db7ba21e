-- name: table of another owner
with others as (select r.oid, r.rolname from pg_roles r where not r.rolsuper and r.rolname !~ '^pg_'
                and exists (select from pg_shdepend s where s.refclassid = 'pg_authid'::regclass and s.refobjid = r.oid
                            and s.dbid = (select d.oid from pg_database d where d.datname = current_database())))
select t.name || ', of ' || pg_temp.id(o.rolname::text) as planted, format('alter table %s owner to %I', t.sql, o.rolname) as plant,
       format('alter table %s owner to %I', t.sql, pg_get_userbyid(t.relowner)) as heal,
       array['schema | table ' || t.name || ' | owner'] as expects,
       pg_temp.shown('pg_class'::regclass, t.oid) || array['behaviour | role ' || pg_temp.id(o.rolname::text)] as allows
from tables t cross join others o
where t.plain and o.oid <> t.relowner and not exists (select from aclexplode(t.relacl) a where o.oid in (a.grantee, a.grantor))
  and not exists (select from pg_depend d join pg_class q on q.oid = d.objid and q.relkind = 'S'
                  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid)
  and not exists (select from pg_attribute c where c.attrelid = t.oid and c.attacl is not null)
order by t.name, o.rolname
