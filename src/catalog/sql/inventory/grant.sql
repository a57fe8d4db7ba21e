-- Who may do what: one object for each grantee of each thing. A null ACL means the default one. A star marks the
-- right to grant on. What an extension brings counts where it grants other than the extension does.
with things as (
  select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view' else 'table' end as kind,
         :id(n.nspname) || '.' || :id(c.relname) as name,
         coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)) as acl
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and n.nspname = any(:schemas)
    and (not exists (select 1 from pg_depend d
                     where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
         or exists (select 1 from (select coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)) as now,
                               coalesce((select i.initprivs from pg_init_privs i
                                         where i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = 0),
                                        acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)) as at_first) a
                 where not (a.now @> a.at_first and a.now <@ a.at_first)))
  union all
  select 'column', :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(a.attname), a.attacl
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attacl is not null and not a.attisdropped and n.nspname = any(:schemas)
  union all
  select 'schema', :id(n.nspname), coalesce(n.nspacl, acldefault('n', n.nspowner))
  from pg_namespace n where n.nspname = any(:schemas)
  union all
  select 'function', :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         coalesce(p.proacl, acldefault('f', p.proowner))
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any(:schemas)
    and (not exists (select 1 from pg_depend d
                     where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
         or exists (select 1 from (select coalesce(p.proacl, acldefault('f', p.proowner)) as now,
                               coalesce((select i.initprivs from pg_init_privs i
                                         where i.classoid = 'pg_proc'::regclass and i.objoid = p.oid and i.objsubid = 0),
                                        acldefault('f', p.proowner)) as at_first) a
                 where not (a.now @> a.at_first and a.now <@ a.at_first)))
  union all
  select 'type', :id(n.nspname) || '.' || :id(t.typname), coalesce(t.typacl, acldefault('T', t.typowner))
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where n.nspname = any(:schemas) and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'b' and not (t.typcategory = 'A' and t.typelem <> 0)) or (t.typtype = 'c' and c.relkind = 'c'))
    and (not exists (select 1 from pg_depend d
                     where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
         or exists (select 1 from (select coalesce(t.typacl, acldefault('T', t.typowner)) as now,
                               coalesce((select i.initprivs from pg_init_privs i
                                         where i.classoid = 'pg_type'::regclass and i.objoid = t.oid and i.objsubid = 0),
                                        acldefault('T', t.typowner)) as at_first) a
                 where not (a.now @> a.at_first and a.now <@ a.at_first)))
  union all
  select 'database', 'itself', coalesce(d.datacl, acldefault('d', d.datdba))
  from pg_database d where d.datname = current_database()
  union all
  select 'foreign server', :id(s.srvname), coalesce(s.srvacl, acldefault('S', s.srvowner)) from pg_foreign_server s
  union all
  select 'foreign data wrapper', :id(w.fdwname), coalesce(w.fdwacl, acldefault('F', w.fdwowner)) from pg_foreign_data_wrapper w
  where true
    and (not exists (select 1 from pg_depend d
                     where d.classid = 'pg_foreign_data_wrapper'::regclass and d.objid = w.oid and d.deptype = 'e')
         or exists (select 1 from (select coalesce(w.fdwacl, acldefault('F', w.fdwowner)) as now,
                               coalesce((select i.initprivs from pg_init_privs i
                                         where i.classoid = 'pg_foreign_data_wrapper'::regclass and i.objoid = w.oid and i.objsubid = 0),
                                        acldefault('F', w.fdwowner)) as at_first) a
                 where not (a.now @> a.at_first and a.now <@ a.at_first)))
  union all
  select 'language', :id(l.lanname), coalesce(l.lanacl, acldefault('l', l.lanowner)) from pg_language l where l.lanispl
    and (not exists (select 1 from pg_depend d
                     where d.classid = 'pg_language'::regclass and d.objid = l.oid and d.deptype = 'e')
         or exists (select 1 from (select coalesce(l.lanacl, acldefault('l', l.lanowner)) as now,
                               coalesce((select i.initprivs from pg_init_privs i
                                         where i.classoid = 'pg_language'::regclass and i.objoid = l.oid and i.objsubid = 0),
                                        acldefault('l', l.lanowner)) as at_first) a
                 where not (a.now @> a.at_first and a.now <@ a.at_first)))
  union all
  select 'default privileges',
         (coalesce('in ' || :id(n.nspname), 'everywhere') || ' by ' || :id(pg_get_userbyid(d.defaclrole)) || ' on ' ||
                case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                when 'T' then 'types' when 'L' then 'large objects' else 'schemas' end),
         d.defaclacl
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclnamespace = 0 or n.nspname = any(:schemas)
)
select t.kind || ' ' || t.name || ' to ' || (case when x.grantee = 0 then 'public' else :id(pg_get_userbyid(x.grantee)) end) as identity,
       t.kind || ' ' || t.name as parent,
       json_build_object('privileges',
         string_agg(distinct (lower(x.privilege_type) || case when x.is_grantable then '*' else '' end) collate "C", ', ')) as attributes
from things t cross join lateral aclexplode(t.acl) x
group by t.kind, t.name, x.grantee
union all
-- Default privileges that leave nobody anything, not even the owner: with no grantee, and no default either.
select t.kind || ' ' || t.name || ' to nobody', t.kind || ' ' || t.name, json_build_object('privileges', 'none')
from things t where t.kind = 'default privileges' and cardinality(t.acl) = 0
