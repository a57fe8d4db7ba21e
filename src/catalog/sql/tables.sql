-- Relations that hold rows, with what planning and checking need to know of each. Measuring one that another session
-- keeps to itself, or is about to, would wait for that session; then the size it had when it was last looked at has to do.
with kept as materialized (
  select l.relation from pg_locks l
  where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.pid <> pg_backend_pid()
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
)
select n.nspname::text as schema, c.relname::text as name, c.oid::bigint as oid, c.relkind::text as kind, c.relpersistence::text as persistence,
       greatest(c.reltuples, 0)::bigint as estimated_rows,
       case when c.relkind not in ('r', 'm') then 0
            when c.oid in (select relation from kept) or c.reltoastrelid in (select relation from kept)
            then greatest(c.relpages, 0)::bigint * current_setting('block_size')::bigint
            else pg_table_size(c.oid) end as bytes,
       case when c.relkind not in ('r', 'm') or (select a.amname from pg_am a where a.oid = c.relam) <> 'heap' then 0
            when c.oid in (select relation from kept) then greatest(c.relpages, 0)
            else coalesce(pg_relation_size(c.oid), 0) / current_setting('block_size')::bigint end as heap_pages,
       c.relispartition as is_partition,
       has_table_privilege(c.oid, 'select') as can_select,
       c.relrowsecurity as row_security,
       pg_get_userbyid(c.relowner)::text as owner,
       c.relispopulated as populated,
       exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') as of_extension,
       (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) order by i.inhseqno)
        from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
        where i.inhrelid = c.oid) as parents
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f', 'm') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e' and c.relkind not in ('r', 'p'))
order by 1, 2
