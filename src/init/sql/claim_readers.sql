-- Texts in which claims of a token are read: policies, and the functions they may call.
select coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') as text
from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
union all
select f.prosrc
from pg_proc f join pg_language l on l.oid = f.prolang
where l.lanname in ('sql', 'plpgsql') and f.prosrc ~ '(jwt|request\.)'
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
