-- name: privileges lost
select t.name || ' of ' || pg_temp.id(r.rolname::text) as planted, format('revoke all on %s from %I', t.sql, r.rolname) as plant,
       format('grant %s on %s to %I', string_agg(distinct a.privilege_type, ', '), t.sql, r.rolname) as heal,
       array['grants | grant table ' || t.name || ' to ' || pg_temp.id(r.rolname::text) || ' | missing'] as expects, pg_temp.shown('pg_class'::regclass, t.oid) as allows
from tables t cross join lateral aclexplode(t.relacl) a join pg_roles r on r.oid = a.grantee
where a.grantee <> t.relowner and not exists (select from pg_attribute c where c.attrelid = t.oid and c.attacl is not null)
group by t.oid, t.name, t.sql, t.relowner, r.rolname having not bool_or(a.is_grantable) and bool_and(a.grantor = t.relowner)
order by 1
