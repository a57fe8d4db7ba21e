-- Sequences of the schemas, and others that feed defaults of tables there: who owns them, whose defaults they feed, and whether their state may be read and set.
select n.nspname::text as schema, c.relname::text as name,
       s.seqincrement as increment, s.seqmin as minimum, s.seqmax as maximum, s.seqstart as start, s.seqcycle as cycles,
       has_table_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage') as can_read,
       has_table_privilege(c.oid, 'update') and has_schema_privilege(n.oid, 'usage') as can_set,
       tn.nspname::text as table_schema, t.relname::text as table_name, a.attname::text as column_name,
       fed.relations as feeds
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
     and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
left join pg_class t on t.oid = d.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
cross join lateral (
  select json_agg(distinct jsonb_build_object('schema', un.nspname, 'name', u.relname)) as relations,
         bool_or(un.nspname = any(:schemas)) as in_schemas
  from pg_depend f join pg_attrdef e on f.classid = 'pg_attrdef'::regclass and e.oid = f.objid
  join pg_class u on u.oid = e.adrelid join pg_namespace un on un.oid = u.relnamespace
  where f.refclassid = 'pg_class'::regclass and f.refobjid = c.oid
) fed
where (n.nspname = any(:schemas) or fed.in_schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by 1, 2
