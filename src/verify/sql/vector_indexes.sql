-- Approximate indexes by the columns they depend on. One that is not plain (over an expression, or over a part of the
-- table) serves no search for the bare column.
select n.nspname::text as schema, c.relname::text as relation, a.attname::text as column, ic.relname::text as name,
       am.amname::text as method,
       i.indpred is null and i.indkey[0] = a.attnum as plain,
       (select o.oprname::text
        from pg_opclass k
        join pg_amop m on m.amopfamily = k.opcfamily and m.amoplefttype = k.opcintype and m.amoppurpose = 'o'
        join pg_operator o on o.oid = m.amopopr
        where k.oid = i.indclass[0]
        order by m.amopstrategy limit 1) as operator
from pg_index i
join pg_class ic on ic.oid = i.indexrelid
join pg_am am on am.oid = ic.relam
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where am.amname in ('hnsw', 'ivfflat') and i.indisvalid and n.nspname = any(:schemas)
  and exists (select 1 from pg_depend d
              where d.classid = 'pg_class'::regclass and d.objid = ic.oid and d.refclassid = 'pg_class'::regclass
                and d.refobjid = c.oid and d.refobjsubid = a.attnum)
order by 1, 2, 3, 4
