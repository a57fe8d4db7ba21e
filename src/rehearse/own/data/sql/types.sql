-- Every type of the database with what its values are made of.
select t.oid::bigint as oid, t.typname::text as name, t.typtype::text as class,
       nullif(t.typbasetype, 0)::bigint as base, t.typtypmod::int as modifier,
       case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem::bigint end as element,
       (select json_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels,
       (select json_agg(json_build_object('oid', a.atttypid::bigint, 'modifier', a.atttypmod) order by a.attnum)
        from pg_attribute a where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as attributes,
       (select r.rngsubtype::bigint from pg_range r where r.rngtypid = t.oid or r.rngmultitypid = t.oid) as subtype,
       t.typtype = 'm' as multi,
       (select json_agg(pg_get_constraintdef(k.oid)) from pg_constraint k where k.contypid = t.oid and k.contype = 'c') as checks
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where n.nspname <> 'information_schema' and n.nspname !~ '^pg_toast'
