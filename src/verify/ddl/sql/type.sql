-- Base types need functions of a library, so nothing is put together for them.
select :id(n.nspname) || '.' || :id(t.typname) as identity,
       json_build_object(
         'create', case
           when t.typtype = 'e' then
             'create type ' || :sql(n.nspname) || '.' || :sql(t.typname) || ' as enum ('
             || coalesce((select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '') || ')'
           when t.typtype = 'd' then
             'create domain ' || :sql(n.nspname) || '.' || :sql(t.typname) || ' as ' || format_type(t.typbasetype, t.typtypmod)
             || coalesce((select ' collate ' || :sql(cn.nspname) || '.' || :sql(co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                          join pg_type b on b.oid = t.typbasetype where co.oid = t.typcollation and t.typcollation <> b.typcollation), '')
             || coalesce(' default ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), '')
             || case when t.typnotnull then ' not null' else '' end
             || coalesce((select string_agg(' constraint ' || :sql(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' order by k.conname)
                          from pg_constraint k where k.contypid = t.oid and k.contype = 'c' and k.convalidated), '')
           when t.typtype = 'c' then
             'create type ' || :sql(n.nspname) || '.' || :sql(t.typname) || ' as ('
             || coalesce((select string_agg(:sql(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                          || coalesce((select ' collate ' || :sql(cn.nspname) || '.' || :sql(co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                                       where co.oid = a.attcollation and a.attcollation <> x.typcollation), ''), ', ' order by a.attnum)
                          from pg_attribute a join pg_type x on x.oid = a.atttypid where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '') || ')'
           when t.typtype = 'r' then (
             select 'create type ' || :sql(n.nspname) || '.' || :sql(t.typname) || ' as range (subtype = ' || format_type(r.rngsubtype, null)
               || ', subtype_opclass = ' || :sql(ocn.nspname) || '.' || :sql(oc.opcname)
               || coalesce((select ', collation = ' || :sql(cn.nspname) || '.' || :sql(co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                            where co.oid = r.rngcollation), '')
               || coalesce((select ', subtype_diff = ' || :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = r.rngsubdiff), '')
               || ', multirange_type_name = ' || :sql(mn.nspname) || '.' || :sql(m.typname) || ')'
             from pg_range r join pg_opclass oc on oc.oid = r.rngsubopc join pg_namespace ocn on ocn.oid = oc.opcnamespace
             join pg_type m on m.oid = r.rngmultitypid join pg_namespace mn on mn.oid = m.typnamespace
             -- Its canonical function takes the type itself.
             where r.rngtypid = t.oid and r.rngcanonical = 0)
           when t.typtype = 'p' then 'create type ' || :sql(n.nspname) || '.' || :sql(t.typname) end,
         'domain', t.typtype = 'd',
         'labels', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
         'default', coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
         'checks', (select json_agg(json_build_array(:sql(k.conname), pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')) order by k.conname)
                    from pg_constraint k where k.contypid = t.oid and k.contype = 'c'),
         'attributes', (select json_agg(json_build_array(:sql(a.attname), format_type(a.atttypid, a.atttypmod)
                          || coalesce((select ' collate ' || :sql(cn.nspname) || '.' || :sql(co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
                                       where co.oid = a.attcollation and a.attcollation <> x.typcollation), ''),
                          col_description(t.typrelid, a.attnum)) order by a.attnum)
                        from pg_attribute a join pg_type x on x.oid = a.atttypid
                        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)) as attributes
from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
where n.nspname = any(:schemas)
  and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c') or (t.typtype = 'p' and not t.typisdefined))
