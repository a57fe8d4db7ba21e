-- What the current role can reach that runs or reads with the rights of another: policies hold for that one then.
select 'function' as kind,
       :id(n.nspname) || '.' || :id(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as identity,
       pg_get_userbyid(p.proowner)::text as owner, o.rolsuper or o.rolbypassrls as bypasses
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles o on o.oid = p.proowner
where p.prosecdef and n.nspname = any(:schemas) and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
  and has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage')
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
union all
select 'view', :id(n.nspname) || '.' || :id(c.relname), pg_get_userbyid(c.relowner)::text, o.rolsuper or o.rolbypassrls
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
where c.relkind in ('v', 'm') and n.nspname = any(:schemas)
  and not coalesce((select s.value::bool from pg_options_to_table(c.reloptions) s(name, value) where s.name = 'security_invoker'), false)
  and has_any_column_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage')
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1, 2
