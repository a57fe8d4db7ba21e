-- The copies of a foreign key for the partitions it leads to come and go with it.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(k.conname) as identity,
       json_build_object(
         'create', 'alter table ' || :sql(n.nspname) || '.' || :sql(c.relname) || ' add constraint ' || :sql(k.conname) || ' ' || pg_get_constraintdef(k.oid),
         'kind', k.contype::text,
         'table', :sql(n.nspname) || '.' || :sql(c.relname),
         'from its own table', exists (select from pg_constraint r where r.oid = k.conparentid and r.conrelid = k.conrelid),
         'index', (select :sql(xn.nspname) || '.' || :sql(x.relname) from pg_class x join pg_namespace xn on xn.oid = x.relnamespace
                   where x.oid = k.conindid and k.contype in ('p', 'u', 'x')),
         'index options', (select json_agg(o.option) from pg_class x, unnest(x.reloptions) o(option)
                           where x.oid = k.conindid and k.contype in ('p', 'u', 'x')),
         'triggers', (select json_agg(json_build_array(:sql(tn.nspname) || '.' || :sql(tc.relname), :sql(t.tgname), t.tgenabled::text))
                      from pg_trigger t join pg_class tc on tc.oid = t.tgrelid join pg_namespace tn on tn.oid = tc.relnamespace
                      where t.tgconstraint = k.oid and t.tgisinternal)) as attributes
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where k.contype in ('p', 'u', 'f', 'c', 'x') and n.nspname = any(:schemas)
