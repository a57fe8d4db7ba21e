select :id(n.nspname) || '.' || :id(o.stxname) as identity, json_build_object('create', pg_get_statisticsobjdef(o.oid)) as attributes
from pg_statistic_ext o join pg_namespace n on n.oid = o.stxnamespace where n.nspname = any(:schemas)
