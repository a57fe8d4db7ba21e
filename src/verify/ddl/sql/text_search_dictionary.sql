select :id(n.nspname) || '.' || :id(o.dictname) as identity,
       json_build_object('create', 'create text search dictionary ' || :sql(n.nspname) || '.' || :sql(o.dictname) || ' (template = '
         || (select :sql(tn.nspname) || '.' || :sql(t.tmplname) from pg_ts_template t join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = o.dicttemplate)
         || coalesce(', ' || o.dictinitoption, '') || ')') as attributes
from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace where n.nspname = any(:schemas)
