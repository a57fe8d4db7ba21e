select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(r.rulename) as identity,
       :id(n.nspname) || '.' || :id(c.relname) as parent,
       json_build_object('definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled::text,
                         'comment', obj_description(r.oid, 'pg_rewrite')) as attributes
from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and n.nspname = any(:schemas)
