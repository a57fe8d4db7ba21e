select :id(n.nspname) || '.' || :id(o.tmplname) as identity,
       json_build_object('create', 'create text search template ' || :sql(n.nspname) || '.' || :sql(o.tmplname) || ' ('
         || (select string_agg(w.word || ' = ' || :sql(fn.nspname) || '.' || :sql(f.proname), ', ' order by w.place)
             from (values (1, 'init', o.tmplinit::oid), (2, 'lexize', o.tmpllexize::oid)) w(place, word, oid)
             join pg_proc f on f.oid = w.oid join pg_namespace fn on fn.oid = f.pronamespace) || ')') as attributes
from pg_ts_template o join pg_namespace n on n.oid = o.tmplnamespace where n.nspname = any(:schemas)
