-- Tables and their storage-independent properties; row security stands in its own file, as another check compares it.
select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'kind', case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'f' then 'foreign table' end,
         'persistence', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end,
         'owner', pg_get_userbyid(c.relowner),
         'partition key', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
         'partition bound', pg_get_expr(c.relpartbound, c.oid),
         'inherits', (select string_agg(:id(pn.nspname) || '.' || :id(p.relname), ', ' order by i.inhseqno)
                      from pg_inherits i join pg_class p on p.oid = i.inhparent
                      join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid),
         'of type', case when c.reloftype <> 0 then format_type(c.reloftype, null) end,
         'access method', (select am.amname from pg_am am where am.oid = c.relam),
         'foreign server', (select :id(s.srvname) from pg_foreign_server s where s.oid = ft.ftserver),
         'foreign options', (select string_agg(o.option, ', ' order by o.option collate "C") from unnest(ft.ftoptions) o(option)),
         'replica identity', case c.relreplident when 'd' then 'default' when 'n' then 'nothing'
                             when 'f' then 'full' else 'index' end,
         'options', (select string_agg(o.option, ', ' order by o.option collate "C") from unnest(c.reloptions) o(option)),
         'toast options', (select string_agg(o.option, ', ' order by o.option collate "C")
                           from pg_class tc cross join unnest(tc.reloptions) o(option) where tc.oid = c.reltoastrelid),
         'tablespace', (select :id(s.spcname) from pg_tablespace s where s.oid = c.reltablespace),
         'comment', obj_description(c.oid, 'pg_class')) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join pg_foreign_table ft on ft.ftrelid = c.oid
where c.relkind in ('r', 'p', 'f') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
