-- Who may act as a role, and how. "named here" as with roles. Before 16 the member says whether it inherits, and every member
-- may become the role.
with recursive named as (
  select s.refobjid as oid
  from pg_shdepend s
  where s.refclassid = 'pg_authid'::regclass
    and (s.dbid = (select d.oid from pg_database d where d.datname = current_database())
         or (s.dbid = 0 and s.classid = 'pg_database'::regclass
             and s.objid = (select d.oid from pg_database d where d.datname = current_database())))
    -- The journal is this tool's own, and so is its owner's part in it.
    and (case s.classid when 'pg_namespace'::regclass then s.objid
         when 'pg_class'::regclass then (select c.relnamespace from pg_class c where c.oid = s.objid) end
        ) is distinct from coalesce((select n.oid from pg_namespace n where n.nspname = 'pgrehearse'), 0)
  union
  select s.setrole from pg_db_role_setting s
  where s.setdatabase = (select d.oid from pg_database d where d.datname = current_database()) and s.setrole <> 0
  union
  select m.roleid from pg_auth_members m join named on named.oid = m.member
)
select :id(m.rolname) || ' in ' || :id(r.rolname) as identity,
       json_build_object(
         'named here', (r.oid in (select oid from named))::text,
         'admin', bool_or(a.admin_option)::text,
         'inherits', bool_or(coalesce((to_jsonb(a) ->> 'inherit_option')::bool, m.rolinherit))::text,
         'may become it', bool_or(coalesce((to_jsonb(a) ->> 'set_option')::bool, true))::text) as attributes
from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
where not (r.rolname ~ '^pg_' and m.rolname ~ '^pg_')
group by r.oid, r.rolname, m.rolname
