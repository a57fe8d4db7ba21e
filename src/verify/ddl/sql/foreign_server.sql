-- Options by name; a value that sounds like a secret is not read, nor is anything of a user's.
select :id(o.srvname) as identity,
       json_build_object(
         'wrapper', (select :sql(w.fdwname) from pg_foreign_data_wrapper w where w.oid = o.srvfdw),
         'users', (select json_agg(case when u.umuser = 0 then 'public' else :sql(pg_get_userbyid(u.umuser)) end) from pg_user_mappings u where u.srvid = o.oid),
         'options', (select json_agg(json_build_array(x.option_name, case when x.option_name !~* 'pass|secret|key|token|cred' then x.option_value end))
                     from pg_options_to_table(o.srvoptions) x)) as attributes
from pg_foreign_server o
