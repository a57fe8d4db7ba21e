select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(r.rulename) as identity,
       json_build_object('create', pg_get_ruledef(r.oid), 'table', :sql(n.nspname) || '.' || :sql(c.relname)) as attributes
from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
where r.rulename <> '_RETURN' and n.nspname = any(:schemas)
