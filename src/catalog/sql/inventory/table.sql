-- Tables and their storage-independent properties; row security stands in its own file, as another check compares it.
select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'kind', case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'f' then 'foreign table' end,
         'persistence', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end,
         'owner', pg_get_userbyid(c.relowner),
         'partition key', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
         'partition bound', pg_get_expr(c.relpartbound, c.oid),
         'inherits', (select string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno)
                      from pg_inherits i where i.inhrelid = c.oid),
         'replica identity', case c.relreplident when 'd' then 'default' when 'n' then 'nothing'
                             when 'f' then 'full' else 'index' end,
         'options', array_to_string(c.reloptions, ', '),
         'comment', obj_description(c.oid, 'pg_class')) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
