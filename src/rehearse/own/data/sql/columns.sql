-- The columns that rows are made of, with the sequence that would number them.
select n.nspname::text as schema, c.relname::text as relation, a.attname::text as name,
       a.atttypid::bigint as type, a.atttypmod::int as modifier, format_type(a.atttypid, a.atttypmod) as declared,
       a.attnotnull or t.typnotnull as not_null,
       coalesce(
         (select d.objid::bigint from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
          where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
            and d.refobjid = c.oid and d.refobjsubid = a.attnum and d.deptype in ('a', 'i') order by d.objid limit 1),
         (select d.refobjid::bigint from pg_attrdef f
          join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_class'::regclass
          join pg_class s on s.oid = d.refobjid and s.relkind = 'S'
          where f.adrelid = c.oid and f.adnum = a.attnum order by d.refobjid limit 1)) as sequence
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
where a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and c.relkind in ('r', 'p') and not c.relispartition
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by 1, 2, a.attnum
