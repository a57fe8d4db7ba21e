-- Roles belong to the cluster. What of them matters here is what they may do beyond their grants. "named here" tells which
-- roles this database names as owner, in a grant, a policy or a setting, and which those are members of: the others are
-- another database's business. What is set for a role stands with the database's settings.
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
select :id(r.rolname) as identity,
       json_build_object(
         'named here', (r.oid in (select oid from named))::text,
         'superuser', r.rolsuper::text, 'bypasses row security', r.rolbypassrls::text, 'may log in', r.rolcanlogin::text,
         'inherits', r.rolinherit::text, 'creates roles', r.rolcreaterole::text, 'creates databases', r.rolcreatedb::text,
         'replication', r.rolreplication::text, 'connection limit', nullif(r.rolconnlimit, -1)::text,
         -- Once set it cannot be unset, and infinity means the same.
         'valid until', nullif(r.rolvaliduntil, 'infinity')::text,
         'comment', shobj_description(r.oid, 'pg_authid')) as attributes
from pg_roles r
where r.rolname !~ '^pg_'
