select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(t.tgname) as identity,
       :id(n.nspname) || '.' || :id(c.relname) as parent,
       json_build_object(
         'definition', pg_get_triggerdef(t.oid),
         'enabled', case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica'
                    else 'always' end,
         'comment', obj_description(t.oid, 'pg_trigger')) as attributes
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname = any(:schemas)
