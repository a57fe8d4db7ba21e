-- Foreign keys from or to the given tables, and whether each could be dropped and made again with nothing lost: not in a partition
-- tree, enforced, its triggers as they are made, and the role may make it again.
select f.conindid::bigint as index, n.nspname::text as schema, c.relname::text as relation, f.conname::text as name,
       pn.nspname::text as parent_schema, p.relname::text as parent_relation,
       pg_get_constraintdef(f.oid) as definition, obj_description(f.oid, 'pg_constraint') as comment,
       f.convalidated as validated,
       f.conparentid = 0 and c.relkind = 'r' and p.relkind = 'r' and not c.relispartition and not p.relispartition
         and coalesce(to_jsonb(f) ->> 'conenforced', 'true') = 'true'
         and coalesce(to_jsonb(f) ->> 'conperiod', 'false') = 'false'
         and pg_has_role(c.relowner, 'usage') and has_table_privilege(p.oid, 'references')
         and not exists (select 1 from pg_trigger t where t.tgconstraint = f.oid and t.tgenabled <> 'O')
         and not exists (select 1 from pg_depend d where d.refclassid = 'pg_constraint'::regclass and d.refobjid = f.oid
                         and d.deptype <> 'i') as movable
from pg_constraint f
join pg_class c on c.oid = f.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = f.confrelid
join pg_namespace pn on pn.oid = p.relnamespace
where f.contype = 'f' and (c.oid = any(:tables) or p.oid = any(:tables))
order by 2, 3, 4
