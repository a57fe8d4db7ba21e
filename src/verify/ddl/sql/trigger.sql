select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(t.tgname) as identity,
       json_build_object('create', pg_get_triggerdef(t.oid), 'table', :sql(n.nspname) || '.' || :sql(c.relname),
                         -- A copy comes and goes with the trigger of its root.
                         'copy', t.tgparentid <> 0) as attributes
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where not t.tgisinternal and n.nspname = any(:schemas)
