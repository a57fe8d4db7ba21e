-- What of a table is not in its attributes, or not as a list.
select :id(n.nspname) || '.' || :id(c.relname) as identity,
       json_build_object(
         'parents', (select json_agg(:sql(pn.nspname) || '.' || :sql(p.relname) order by i.inhseqno)
                     from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
                     where i.inhrelid = c.oid),
         'partition', c.relispartition,
         'of type', (select format_type(c.reloftype, null) where c.reloftype <> 0),
         'foreign server', (select :sql(s.srvname) from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = c.oid),
         'foreign options', (select json_agg(o.option) from pg_foreign_table f, unnest(f.ftoptions) o(option) where f.ftrelid = c.oid),
         'tablespace', (select :sql(s.spcname) from pg_tablespace s where s.oid = c.reltablespace),
         'access method', (select :sql(m.amname) from pg_am m where m.oid = c.relam),
         'replica identity index', (select :sql(i.relname) from pg_index x join pg_class i on i.oid = x.indexrelid
                                    where x.indrelid = c.oid and x.indisreplident),
         'options', (select json_agg(o.option) from unnest(c.reloptions) o(option)),
         'toast options', (select json_agg(o.option) from pg_class t, unnest(t.reloptions) o(option) where t.oid = c.reltoastrelid)) as attributes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') and n.nspname = any(:schemas)
