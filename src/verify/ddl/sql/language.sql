select :id(o.lanname) as identity,
       json_build_object('create', 'create or replace ' || case when o.lanpltrusted then 'trusted ' else '' end || 'language ' || :sql(o.lanname)
         || coalesce((select string_agg(' ' || w.word || ' ' || :sql(fn.nspname) || '.' || :sql(f.proname), '' order by w.place)
             from (values (1, 'handler', o.lanplcallfoid), (2, 'inline', o.laninline), (3, 'validator', o.lanvalidator)) w(place, word, oid)
             join pg_proc f on f.oid = w.oid join pg_namespace fn on fn.oid = f.pronamespace), '')) as attributes
from pg_language o where o.lanispl
