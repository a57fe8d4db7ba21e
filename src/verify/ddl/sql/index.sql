select :id(n.nspname) || '.' || :id(ic.relname) as identity,
       json_build_object(
         -- The inventory keeps the options apart from it.
         'create', pg_get_indexdef(i.indexrelid),
         'table', :sql(tn.nspname) || '.' || :sql(c.relname), 'on', :id(tn.nspname) || '.' || :id(c.relname),
         'root', (select :sql(rn.nspname) || '.' || :sql(r.relname) from pg_inherits h join pg_class r on r.oid = h.inhparent
                  join pg_namespace rn on rn.oid = r.relnamespace where h.inhrelid = ic.oid),
         'tablespace', (select :sql(s.spcname) from pg_tablespace s where s.oid = ic.reltablespace),
         'options', (select json_agg(o.option) from unnest(ic.reloptions) o(option)),
         'statistics', (select json_agg(json_build_array(a.attnum, a.attstattarget)) from pg_attribute a where a.attrelid = ic.oid and a.attstattarget >= 0)) as attributes
from pg_index i join pg_class ic on ic.oid = i.indexrelid join pg_namespace n on n.oid = ic.relnamespace
join pg_class c on c.oid = i.indrelid join pg_namespace tn on tn.oid = c.relnamespace
where tn.nspname = any(:schemas)
