select :id(n.nspname) || '.' || :id(o.prsname) as identity,
       json_build_object('create', 'create text search parser ' || :sql(n.nspname) || '.' || :sql(o.prsname) || ' ('
         || (select string_agg(w.word || ' = ' || :sql(fn.nspname) || '.' || :sql(f.proname), ', ' order by w.place)
             from (values (1, 'start', o.prsstart::oid), (2, 'gettoken', o.prstoken::oid), (3, 'end', o.prsend::oid),
                          (4, 'headline', o.prsheadline::oid), (5, 'lextypes', o.prslextype::oid)) w(place, word, oid)
             join pg_proc f on f.oid = w.oid join pg_namespace fn on fn.oid = f.pronamespace) || ')') as attributes
from pg_ts_parser o join pg_namespace n on n.oid = o.prsnamespace where n.nspname = any(:schemas)
