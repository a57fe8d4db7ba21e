-- Options by name; a value that sounds like a secret is not read.
select :id(o.fdwname) as identity,
       json_build_object(
         'handler', (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.fdwhandler),
         'validator', (select :sql(fn.nspname) || '.' || :sql(f.proname) from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = o.fdwvalidator),
         'options', (select json_agg(json_build_array(x.option_name, case when x.option_name !~* 'pass|secret|key|token|cred' then x.option_value end))
                     from pg_options_to_table(o.fdwoptions) x)) as attributes
from pg_foreign_data_wrapper o
