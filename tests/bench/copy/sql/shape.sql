-- Indexes, constraints and triggers of the user's tables, and whether each is valid.
select format('%s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid) as line
from pg_index i
join pg_class c on c.oid = i.indrelid
where c.relnamespace = 'public'::regnamespace
union all
select format('%s on %s %s valid %s', k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid), k.convalidated)
from pg_constraint k
where k.connamespace = 'public'::regnamespace
union all
select format('%s fires %s on %s', p.proname, t.tgenabled, t.tgrelid::regclass)
from pg_trigger t
join pg_proc p on p.oid = t.tgfoid
join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace
order by line
