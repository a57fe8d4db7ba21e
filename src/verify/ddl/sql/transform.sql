select format_type(o.trftype, null) || ' in ' || :id(l.lanname) as identity,
       json_build_object(
         'name', 'for ' || format_type(o.trftype, null) || ' language ' || :sql(l.lanname),
         'create', 'create transform for ' || format_type(o.trftype, null) || ' language ' || :sql(l.lanname) || ' ('
           || (select string_agg(w.word || ' sql with function ' || :sql(fn.nspname) || '.' || :sql(f.proname) || '(' || pg_get_function_identity_arguments(f.oid) || ')', ', ')
               from (values ('from', o.trffromsql::oid), ('to', o.trftosql::oid)) w(word, oid)
               join pg_proc f on f.oid = w.oid join pg_namespace fn on fn.oid = f.pronamespace) || ')') as attributes
from pg_transform o join pg_language l on l.oid = o.trflang
