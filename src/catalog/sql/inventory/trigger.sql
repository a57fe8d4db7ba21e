-- A partition's copy of its root's trigger hangs on that trigger.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(t.tgname) as identity,
       coalesce((select :id(rn.nspname) || '.' || :id(r.relname) || '.' || :id(rt.tgname)
                 from pg_trigger rt join pg_class r on r.oid = rt.tgrelid join pg_namespace rn on rn.oid = r.relnamespace
                 where rt.oid = t.tgparentid),
                :id(n.nspname) || '.' || :id(c.relname)) as parent,
       json_build_object(
         'definition', pg_get_triggerdef(t.oid),
         'enabled', case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica'
                    else 'always' end,
         'comment', obj_description(t.oid, 'pg_trigger')) as attributes
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname = any(:schemas)
