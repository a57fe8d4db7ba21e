-- User triggers that would fire while rows are copied: enabled for origin sessions or always.
select n.nspname::text as schema, c.relname::text as relation, t.tgname::text as name, t.tgenabled::text as enabled
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname = any(:schemas)
order by 1, 2, 3
