select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'columns', (select json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text) order by a.attnum)
                     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         'options', (select json_agg(o.option) from unnest(c.reloptions) o(option)),
         'toast options', (select json_agg(o.option) from pg_class t, unnest(t.reloptions) o(option) where t.oid = c.reltoastrelid),
         'access method', (select :sql(m.amname) from pg_am m where m.oid = c.relam),
         'tablespace', (select :sql(s.spcname) from pg_tablespace s where s.oid = c.reltablespace),
         'column settings', (select json_agg(s.statement) from pg_attribute a join pg_type t on t.oid = a.atttypid cross join lateral (
                               select ' alter column ' || :sql(a.attname) || ' set storage ' || case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end
                               where a.attstorage <> t.typstorage
                               union all select ' alter column ' || :sql(a.attname) || ' set compression ' || case a.attcompression when 'p' then 'pglz' else 'lz4' end where a.attcompression <> ''
                               union all select ' alter column ' || :sql(a.attname) || ' set statistics ' || a.attstattarget where a.attstattarget >= 0
                               union all select ' alter column ' || :sql(a.attname) || ' set (' || string_agg(:sql(split_part(o.option, '=', 1)) || ' = ' || quote_literal(substr(o.option, strpos(o.option, '=') + 1)), ', ') || ')'
                                         from unnest(a.attoptions) o(option) where o.option !~ '^pg_attver=' having count(*) > 0) s(statement)
                             where a.attrelid = c.oid and c.relkind = 'm' and a.attnum > 0 and not a.attisdropped),
         'column defaults', (select json_agg(json_build_array(:sql(a.attname), pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
                             from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = c.oid),
         'column comments', (select json_agg(json_build_array(:sql(a.attname), col_description(c.oid, a.attnum)) order by a.attnum)
                             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and col_description(c.oid, a.attnum) is not null)) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any(:schemas)
