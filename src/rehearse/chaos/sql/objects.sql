-- One line for each thing that a copy could leave other than it was.
select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready, i.indisprimary, i.indimmediate,
                 i.indisreplident, i.indisclustered, obj_description(i.indexrelid, 'pg_class'),
                 array(select a.attstattarget from pg_attribute a where a.attrelid = i.indexrelid order by a.attnum))
from pg_index i join pg_class c on c.oid = i.indrelid
where c.relnamespace = 'public'::regnamespace
union all
select concat_ws(' ', 'constraint', conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid), convalidated, condeferrable,
                 condeferred, nullif(conindid, 0)::regclass, obj_description(oid, 'pg_constraint'))
from pg_constraint
where connamespace = 'public'::regnamespace
union all
select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
union all
select concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled)
from pg_rewrite r join pg_class c on c.oid = r.ev_class
where c.relnamespace = 'public'::regnamespace
union all
-- Those of foreign keys have names of numbers.
select concat_ws(' ', 'internal trigger', c.oid::regclass, p.proname, t.tgenabled, t.tgdeferrable, t.tginitdeferred, count(*))
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = 'public'::regnamespace and t.tgisinternal
group by c.oid, p.proname, t.tgenabled, t.tgdeferrable, t.tginitdeferred
union all
select concat_ws(' ', 'relation', c.oid::regclass, c.relkind, c.relreplident, c.relpersistence, c.reloptions,
                 obj_description(c.oid, 'pg_class'))
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind <> 'i'
union all
select concat_ws(' ', 'column', c.oid::regclass, a.attnum, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
                 a.attidentity, a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid))
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
union all
select concat_ws(' ', 'row security', c.oid::regclass, c.relrowsecurity, c.relforcerowsecurity, c.relowner::regrole, c.relacl::text)
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S', 'm')
union all
select concat_ws(' ', 'policy', polrelid::regclass, polname, polcmd, polroles::text, pg_get_expr(polqual, polrelid))
from pg_policy
order by 1
