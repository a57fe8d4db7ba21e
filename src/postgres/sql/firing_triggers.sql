-- User triggers of one event that would fire on these tables, or on any of their partitions; and rules on the tables, which are
-- applied to the relation that a statement names.
with tables as (
  select r.oid from unnest(:tables) r(oid)
  union
  select p.relid from unnest(:tables) r(oid), pg_partition_tree(r.oid) p
)
select n.nspname::text as schema, c.relname::text as relation, t.tgname::text as name, t.tgenabled::text as enabled,
       'trigger' as kind, pg_has_role(c.relowner, 'usage') as can_alter
from tables join pg_trigger t on t.tgrelid = tables.oid
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and (t.tgtype::int & :event) <> 0 and t.tgenabled::text = any(:states)
union all
select n.nspname::text, c.relname::text, r.rulename::text, r.ev_enabled::text, 'rule', pg_has_role(c.relowner, 'usage')
from unnest(:tables) one(oid) join pg_rewrite r on r.ev_class = one.oid
join pg_class c on c.oid = r.ev_class
join pg_namespace n on n.oid = c.relnamespace
where r.ev_type::text = :rules and r.ev_enabled::text = any(:states)
order by 1, 2, 3
