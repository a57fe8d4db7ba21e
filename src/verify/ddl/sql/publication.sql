select :id(o.pubname) as identity,
       json_build_object(
         'objects', (select json_agg(l.object) from (
            select 'table only ' || :sql(n.nspname) || '.' || :sql(c.relname)
              || coalesce(' (' || (select string_agg(:sql(a.attname), ', ' order by a.attnum) from pg_attribute a -- since 15
                                   where a.attrelid = c.oid and a.attnum = any(r.prattrs::int2[])) || ')', '') -- since 15
              || coalesce(' where (' || pg_get_expr(r.prqual, r.prrelid) || ')', '') as object -- since 15
            from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace where r.prpubid = o.oid
            union all select 'tables in schema ' || :sql(n.nspname) -- since 15
            from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = o.oid -- since 15
         ) l)) as attributes
from pg_publication o
