-- Valid indexes of the given tables, and whether each could be dropped and made again from its definition with nothing lost: not in
-- a partition tree, nothing set on it that its definition does not say, and nothing hangs on it but foreign keys.
with published as materialized (select schemaname, tablename from pg_publication_tables)
select i.indexrelid::bigint as oid, n.nspname::text as schema, c.relname::text as relation, ic.relname::text as name,
       am.amname in ('hnsw', 'ivfflat') as vector, i.indexprs is not null as expressions,
       pg_get_indexdef(i.indexrelid) as definition, obj_description(i.indexrelid, 'pg_class') as comment,
       case when k.oid is not null then json_build_object(
            'name', k.conname, 'primary', k.contype = 'p', 'deferrable', k.condeferrable, 'deferred', k.condeferred,
            'comment', obj_description(k.oid, 'pg_constraint')) end as key,
       c.relkind = 'r' and not c.relispartition and not ic.relispartition and ic.reltablespace = 0
         and not i.indisclustered and not i.indisreplident and pg_has_role(c.relowner, 'usage')
         and (k.oid is null or k.contype in ('p', 'u') and coalesce(to_jsonb(k) ->> 'conperiod', 'false') = 'false')
         and has_schema_privilege(n.oid, 'create')
         -- Rows of a published table can neither be changed nor removed without its primary key.
         and not (i.indisprimary and (n.nspname, c.relname) in (select schemaname, tablename from published))
         -- From version 17 on an index is built under a path of the system's alone, which functions that were written for
         -- another do not bear.
         and not (current_setting('server_version_num')::int >= 170000
                  and exists (select 1 from pg_depend d join pg_proc f on f.oid = d.refobjid
                              join pg_language l on l.oid = f.prolang
                              where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                                and d.refclassid = 'pg_proc'::regclass and l.lanname not in ('c', 'internal')
                                and f.prosqlbody is null
                                and not exists (select 1 from unnest(f.proconfig) s(setting)
                                                where s.setting like 'search_path=%')))
         and not exists (select 1 from pg_attribute a
                         where a.attrelid = i.indexrelid and coalesce(a.attstattarget, -1) >= 0)
         and not exists (select 1 from pg_depend d
                         where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.deptype in ('x', 'e'))
         and not exists (select 1 from pg_depend d
                         where (d.refclassid = 'pg_class'::regclass and d.refobjid = i.indexrelid
                                or d.refclassid = 'pg_constraint'::regclass and d.refobjid = k.oid)
                           and d.objid not in (select f.oid from pg_constraint f where f.contype = 'f')
                           and d.objid <> i.indexrelid) as movable
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_am am on am.oid = ic.relam
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
where i.indisvalid and i.indisready and i.indislive and c.oid = any(:tables)
order by 2, 3, 4
