select :id(n.nspname) || '.' || :id(t.typname) as identity,
       json_build_object(
         'kind', case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' when 'r' then 'range' when 'p' then 'shell'
                 else 'base' end,
         'labels', (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                    from pg_enum e where e.enumtypid = t.oid),
         'base type', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
         'collation', case when t.typtype = 'd' and t.typcollation <> (select b.typcollation from pg_type b
                                                                       where b.oid = t.typbasetype)
                           then t.typcollation::regcollation::text end,
         'not null', case when t.typtype = 'd' then t.typnotnull::text end,
         'default', case when t.typtype = 'd' then coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) when t.typtype = 'b' then t.typdefault end,
         'checks', (select string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid)
                                         || coalesce(' ' || quote_literal(obj_description(k.oid, 'pg_constraint')), ''), ', ' order by k.conname)
                    from pg_constraint k where k.contypid = t.oid and k.contype = 'c'),
         'attributes', (select string_agg(:id(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                            || case when a.attcollation <> at.typcollation
                                                    then ' collate ' || a.attcollation::regcollation::text else '' end
                                            || coalesce(' ' || quote_literal(col_description(t.typrelid, a.attnum)), ''),
                                          ', ' order by a.attnum)
                        from pg_attribute a join pg_type at on at.oid = a.atttypid where a.attrelid = t.typrelid and t.typtype = 'c' and a.attnum > 0
                          and not a.attisdropped),
         'subtype', (select format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid),
         'range', (select concat_ws(', ', oc.opcname, nullif(r.rngcanonical::text, '-'), nullif(r.rngsubdiff::text, '-'),
                                    r.rngmultitypid::regtype::text,
                                    case when r.rngcollation <> 0 then r.rngcollation::regcollation::text end)
                   from pg_range r join pg_opclass oc on oc.oid = r.rngsubopc where r.rngtypid = t.oid),
         'functions', case when t.typtype = 'b' then concat_ws(', ', t.typinput, t.typoutput, t.typreceive, t.typsend, t.typlen,
                                                               t.typalign, t.typstorage, t.typbyval, t.typdelim,
                                                               format_type(nullif(t.typelem, 0), null),
                                                               'category ' || t.typcategory::text || case when t.typispreferred then ' preferred' else '' end,
                                                               nullif(t.typmodin::oid, 0)::regproc, nullif(t.typmodout::oid, 0)::regproc,
                                                               nullif(t.typanalyze::oid, 0)::regproc, nullif(t.typsubscript::oid, 0)::regproc,
                                                               case when t.typcollation <> 0 then 'collatable' end) end,
         'owner', pg_get_userbyid(t.typowner),
         'comment', obj_description(t.oid, 'pg_type')) as attributes
from pg_type t join pg_namespace n on n.oid = t.typnamespace
left join pg_class c on c.oid = t.typrelid
where n.nspname = any(:schemas)
  and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c')
       or (t.typtype = 'b' and not (t.typcategory = 'A' and t.typelem <> 0)) or (t.typtype = 'p' and not t.typisdefined))
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
