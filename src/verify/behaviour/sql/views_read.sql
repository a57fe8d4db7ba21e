-- The columns of tables that each view reads, through other views too.
with recursive reads as (
  select r.ev_class as view, d.refobjid as relation, d.refobjsubid as attribute
  from pg_rewrite r join pg_class v on v.oid = r.ev_class join pg_namespace n on n.oid = v.relnamespace
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                  and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
  where v.relkind = 'v' and n.nspname = any(:schemas)
  union
  select reads.view, d.refobjid, d.refobjsubid
  from reads join pg_rewrite r on r.ev_class = reads.relation
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                  and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
)
select vn.nspname::text as schema, v.relname::text as name, n.nspname::text as table_schema, c.relname::text as table_name,
       json_agg(distinct a.attname) as columns
from reads join pg_class v on v.oid = reads.view join pg_namespace vn on vn.oid = v.relnamespace
join pg_class c on c.oid = reads.relation join pg_namespace n on n.oid = c.relnamespace
-- A view that reads whole rows depends on no column by name.
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                   and (a.attnum = reads.attribute or reads.attribute = 0)
where c.relkind in ('r', 'p', 'm')
group by 1, 2, 3, 4
