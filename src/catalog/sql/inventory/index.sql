-- A partition's copy of its root's index hangs on that index.
select :id(n.nspname) || '.' || :id(ic.relname) as identity,
       coalesce((select :id(rn.nspname) || '.' || :id(r.relname)
                 from pg_inherits h join pg_class r on r.oid = h.inhparent join pg_namespace rn on rn.oid = r.relnamespace
                 where h.inhrelid = i.indexrelid),
                :id(n.nspname) || '.' || :id(c.relname)) as parent,
       json_build_object(
         'definition', pg_get_indexdef(i.indexrelid),
         'valid', i.indisvalid::text,
         'ready', i.indisready::text,
         'replica identity', i.indisreplident::text,
         'clustered', i.indisclustered::text,
         -- Its options stand in the definition.
         'statistics targets', (select string_agg(a.attnum || ' ' || a.attstattarget, ', ' order by a.attnum)
                                from pg_attribute a where a.attrelid = ic.oid and a.attstattarget >= 0),
         'comment', obj_description(ic.oid, 'pg_class')) as attributes
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
