-- Who may do what: one object for each grantee of each thing. A null ACL means the default one. A star marks the
-- right to grant on. What an extension brings counts where it grants other than the extension does.
with extensions as (
  select d.classid as class, d.objid as oid, true as brought, i.initprivs as privileges
  from pg_depend d left join pg_init_privs i on i.classoid = d.classid and i.objoid = d.objid and i.objsubid = 0
  where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
), things as (
  select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view' else 'table' end as kind,
         :id(n.nspname) || '.' || :id(c.relname) as name,
         coalesce(c.relacl, d.acl) as acl, case when e.brought then coalesce(e.privileges, d.acl) end as at_first
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner) as acl) d
  left join extensions e on e.class = 'pg_class'::regclass and e.oid = c.oid
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and n.nspname = any(:schemas)
  union all
  select 'column', :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(a.attname), a.attacl, null
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attacl is not null and not a.attisdropped and n.nspname = any(:schemas)
  union all
  select 'schema', :id(n.nspname), coalesce(n.nspacl, acldefault('n', n.nspowner)), null
  from pg_namespace n where n.nspname = any(:schemas)
  union all
  select 'function', :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         coalesce(p.proacl, acldefault('f', p.proowner)),
         case when e.brought then coalesce(e.privileges, acldefault('f', p.proowner)) end
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  left join extensions e on e.class = 'pg_proc'::regclass and e.oid = p.oid
  where n.nspname = any(:schemas)
    and not exists (select 1 from pg_depend d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
  union all
  select 'type', :id(n.nspname) || '.' || :id(t.typname), coalesce(t.typacl, acldefault('T', t.typowner)),
         case when e.brought then coalesce(e.privileges, acldefault('T', t.typowner)) end
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  left join extensions e on e.class = 'pg_type'::regclass and e.oid = t.oid
  where n.nspname = any(:schemas) and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'b' and not (t.typcategory = 'A' and t.typelem <> 0)) or (t.typtype = 'c' and c.relkind = 'c'))
  union all
  select 'database', 'itself', coalesce(d.datacl, acldefault('d', d.datdba)), null
  from pg_database d where d.datname = current_database()
  union all
  select 'foreign server', :id(s.srvname), coalesce(s.srvacl, acldefault('S', s.srvowner)), null from pg_foreign_server s
  union all
  select 'foreign data wrapper', :id(w.fdwname), coalesce(w.fdwacl, acldefault('F', w.fdwowner)),
         case when e.brought then coalesce(e.privileges, acldefault('F', w.fdwowner)) end from pg_foreign_data_wrapper w
  left join extensions e on e.class = 'pg_foreign_data_wrapper'::regclass and e.oid = w.oid
  union all
  select 'language', :id(l.lanname), coalesce(l.lanacl, acldefault('l', l.lanowner)),
         case when e.brought then coalesce(e.privileges, acldefault('l', l.lanowner)) end
  from pg_language l
  left join extensions e on e.class = 'pg_language'::regclass and e.oid = l.oid
  where l.lanispl
  union all
  -- Of the whole server. Its first superuser has another name on every platform, and all rights.
  select 'parameter', p.parname, p.paracl, null from pg_parameter_acl p
  union all
  select 'default privileges',
         (coalesce('in ' || :id(n.nspname), 'everywhere') || ' by ' || :id(pg_get_userbyid(d.defaclrole)) || ' on ' ||
                case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                when 'T' then 'types' when 'L' then 'large objects' else 'schemas' end),
         d.defaclacl, null
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclnamespace = 0 or n.nspname = any(:schemas)
), held as (
  select t.kind, t.name, x.grantee, t.at_first is not null as brought,
         string_agg(distinct x.privilege, ', ') filter (where not x.at_first) as now,
         string_agg(distinct x.privilege, ', ') filter (where x.at_first) as at_first
  from things t cross join lateral (
    select a.grantee, (lower(a.privilege_type) || case when a.is_grantable then '*' else '' end) collate "C" as privilege, false as at_first
    from aclexplode(t.acl) a
    union all
    select a.grantee, (lower(a.privilege_type) || case when a.is_grantable then '*' else '' end) collate "C", true
    from aclexplode(t.at_first) a) x
  where (t.at_first is null or t.acl is distinct from t.at_first)
    and (t.kind <> 'parameter' or x.grantee = 0
         -- Roles that this database does not name are another's business.
         or (x.grantee <> 10 and exists (select 1 from pg_shdepend s
                                         where s.refclassid = 'pg_authid'::regclass and s.refobjid = x.grantee
                                           and s.dbid = (select d.oid from pg_database d where d.datname = current_database()))))
  group by t.kind, t.name, x.grantee, t.at_first is not null
)
select h.kind || ' ' || h.name || ' to ' || (case when h.grantee = 0 then 'public' else :id(pg_get_userbyid(h.grantee)) end) as identity,
       h.kind || ' ' || h.name as parent,
       json_build_object('privileges', coalesce(h.now, 'none')) as attributes
from held h where not h.brought or h.now is distinct from h.at_first
union all
-- Default privileges that leave nobody anything, not even the owner: with no grantee, and no default either.
select t.kind || ' ' || t.name || ' to nobody', t.kind || ' ' || t.name, json_build_object('privileges', 'none')
from things t where t.kind = 'default privileges' and cardinality(t.acl) = 0
