select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'kind', case c.relkind when 'v' then 'view' else 'materialized view' end,
         'definition', pg_get_viewdef(c.oid),
         'owner', pg_get_userbyid(c.relowner),
         'options', (select string_agg(o.option, ', ' order by o.option collate "C") from unnest(c.reloptions) o(option)),
         'toast options', (select string_agg(o.option, ', ' order by o.option collate "C")
                           from pg_class tc cross join unnest(tc.reloptions) o(option) where tc.oid = c.reltoastrelid),
         'tablespace', (select :id(s.spcname) from pg_tablespace s where s.oid = c.reltablespace),
         -- What is set for a column of a materialized view; what its type brings is not set.
         'column storage', (select string_agg(concat_ws(' ', :id(a.attname), case when a.attstorage <> t.typstorage then 'stored ' || a.attstorage::text end,
                                                        'compressed ' || case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
                                                        'statistics ' || nullif(a.attstattarget, -1),
                                                        (select string_agg(o.option, ' ' order by o.option collate "C")
                                                         from unnest(a.attoptions) o(option) where o.option !~ '^pg_attver=')), ', ' order by a.attnum)
                            from pg_attribute a join pg_type t on t.oid = a.atttypid
                            where a.attrelid = c.oid and c.relkind = 'm' and a.attnum > 0 and not a.attisdropped
                              and (a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget >= 0
                                   or exists (select 1 from unnest(a.attoptions) o(option) where o.option !~ '^pg_attver='))),
         'populated', case when c.relkind = 'm' then c.relispopulated::text end,
         'column defaults', (select string_agg(:id(a.attname) || ' ' || pg_get_expr(d.adbin, d.adrelid), ', ' order by a.attnum)
                             from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                             where d.adrelid = c.oid),
         'column comments', (select string_agg(:id(a.attname) || ' ' || quote_literal(col_description(c.oid, a.attnum)), ', '
                                               order by a.attnum)
                             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
         'access method', (select am.amname from pg_am am where am.oid = c.relam),
         'comment', obj_description(c.oid, 'pg_class')) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
