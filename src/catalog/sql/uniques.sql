-- What must be unique: every unique index, with its expressions, its predicate and the columns they look at.
select n.nspname::text as schema, c.relname::text as relation, ic.relname::text as name,
       (select json_agg(pg_get_indexdef(i.indexrelid, k, false) order by k) from generate_series(1, i.indnkeyatts::int) k) as expressions,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) as nulls_not_distinct,
       (select json_agg(a.attname::text order by a.attnum)
        from pg_attribute a
        where a.attrelid = i.indrelid and a.attnum > 0
          and (a.attnum = any(i.indkey::int2[])
               or exists (select from pg_depend d
                          where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                            and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))) as columns
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_class ic on ic.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where i.indisunique and n.nspname = any(:schemas)
order by 1, 2, 3
