select :id(n.nspname) || '.' || :id(o.conname) as identity,
       json_build_object('create', 'create ' || case when o.condefault then 'default ' else '' end || 'conversion ' || :sql(n.nspname) || '.' || :sql(o.conname)
         || ' for ' || quote_literal(pg_encoding_to_char(o.conforencoding)) || ' to ' || quote_literal(pg_encoding_to_char(o.contoencoding)) || ' from '
         || (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.conproc)) as attributes
from pg_conversion o join pg_namespace n on n.oid = o.connamespace where n.nspname = any(:schemas)
