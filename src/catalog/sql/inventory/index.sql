-- A partition's copy of its root's index hangs on that index.
select :id(n.nspname) || '.' || :id(ic.relname) as identity,
       coalesce((select :id(rn.nspname) || '.' || :id(r.relname)
                 from pg_inherits h join pg_class r on r.oid = h.inhparent join pg_namespace rn on rn.oid = r.relnamespace
                 where h.inhrelid = i.indexrelid),
                :id(n.nspname) || '.' || :id(c.relname)) as parent,
       json_build_object(
         'table', :id(n.nspname) || '.' || :id(c.relname),
         -- Without the options, which stand beside it in the order of their names, in whatever order they were set.
         'definition', case when ic.reloptions is null then pg_get_indexdef(i.indexrelid) else (
           select replace(pg_get_indexdef(i.indexrelid), ' WITH (' || string_agg(o.printed, ', ' order by o.place) || ')', '')
           from (select p.place, quote_ident(p.name) || '=' || case when quote_ident(p.value) = p.value then p.value else quote_literal(p.value) end as printed
                 from (select u.place, split_part(u.option, '=', 1) as name, substr(u.option, strpos(u.option, '=') + 1) as value
                       from unnest(ic.reloptions) with ordinality u(option, place)) p) o) end,
         'options', (select string_agg(o.option, ', ' order by o.option collate "C") from unnest(ic.reloptions) o(option)),
         'valid', i.indisvalid::text,
         'ready', i.indisready::text,
         'replica identity', i.indisreplident::text,
         'clustered', i.indisclustered::text,
         'tablespace', (select :id(s.spcname) from pg_tablespace s where s.oid = ic.reltablespace),
         'statistics targets', (select string_agg(a.attnum || ' ' || a.attstattarget, ', ' order by a.attnum)
                                from pg_attribute a where a.attrelid = ic.oid and a.attstattarget >= 0),
         'comment', obj_description(ic.oid, 'pg_class')) as attributes
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
