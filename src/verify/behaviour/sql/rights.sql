-- What the current role may do with each relation, as the server answers it: its own rights, those of roles it inherits from,
-- and those of everybody. "active" tells whether policies hold for it; "policies" are those that name it.
select n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
       row_security_active(c.oid) as active,
       (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_schema_privilege(n.oid, 'usage')
          and has_column_privilege(c.oid, a.attnum, 'select')) as readable,
       has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'insert') as may_insert,
       has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'update') as may_update,
       has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'delete') as may_delete,
       (select json_agg(json_build_object('name', p.polname, 'command', p.polcmd, 'permissive', p.polpermissive) order by p.polname)
        from pg_policy p
        where p.polrelid = c.oid
          and exists (select 1 from unnest(p.polroles) r(oid)
                      where case when r.oid = 0 then true else pg_has_role(r.oid, 'usage') end)) as policies
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v') and n.nspname = any(:schemas)
