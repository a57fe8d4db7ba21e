-- A column that a partition or an inheriting table has from its root hangs on the root's.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(a.attname) as identity,
       coalesce((select :id(rn.nspname) || '.' || :id(r.relname) || '.' || :id(ra.attname)
                 from pg_inherits h join pg_attribute ra on ra.attrelid = h.inhparent and ra.attname = a.attname
                 join pg_class r on r.oid = ra.attrelid join pg_namespace rn on rn.oid = r.relnamespace
                 where h.inhrelid = a.attrelid and not a.attislocal and not ra.attisdropped
                 order by h.inhseqno limit 1),
                :id(n.nspname) || '.' || :id(c.relname)) as parent,
       json_build_object(
         'type', format_type(a.atttypid, a.atttypmod),
         'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
         -- From 18 on a NOT NULL constraint can stand without having been validated.
         'not null', case when a.attnotnull and exists (select 1 from pg_constraint k
                                                        where k.conrelid = c.oid and k.contype = 'n' and not k.convalidated
                                                          and a.attnum = any(k.conkey))
                          then 'not validated'
                          when a.attnotnull and exists (select 1 from pg_constraint k
                                                        where k.conrelid = c.oid and k.contype = 'n' and k.connoinherit
                                                          and a.attnum = any(k.conkey))
                          then 'not inherited' else a.attnotnull::text end,
         'not null constraint', (select :id(k.conname) || coalesce(', ' || quote_literal(obj_description(k.oid, 'pg_constraint')), '')
                                 from pg_constraint k
                                 where k.conrelid = c.oid and k.contype = 'n' and a.attnum = any(k.conkey)),
         -- It goes where the table no longer inherits.
         'inherited only', case when not a.attislocal and not c.relispartition then 'yes' end,
         -- A default names no column, and without its relation it is printed without a lock on that.
         'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, 0) end,
         'generated', case when a.attgenerated <> ''
                           then pg_get_expr(d.adbin, d.adrelid) || case a.attgenerated when 'v' then ' virtual' else ' stored' end end,
         'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
         'storage', a.attstorage::text,
         'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
         'statistics target', nullif(a.attstattarget, -1)::text,
         -- From 17.12 on the server stamps each column for itself, with another stamp on every server.
         'options', (select string_agg(o.option, ', ' order by o.option collate "C")
                     from unnest(a.attoptions) o(option) where o.option !~ '^pg_attver='),
         'foreign options', (select string_agg(o.option, ', ' order by o.option collate "C") from unnest(a.attfdwoptions) o(option)),
         'comment', col_description(c.oid, a.attnum)) as attributes
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
