-- An option whose name sounds like a secret is shown as a digest, which still tells two values apart.
select :id(o.srvname) as identity,
       json_build_object(
         'definition', (select :id(w.fdwname) from pg_foreign_data_wrapper w where w.oid = o.srvfdw),
         'type', o.srvtype, 'version', o.srvversion,
         'options', (select string_agg(case when x.option_name ~* 'pass|secret|key|token|cred'
                                            then x.option_name || '=digest ' || left(encode(sha256(convert_to(x.option_value, 'UTF8')), 'hex'), 12)
                                            else x.option_name || '=' || x.option_value end, ', ' order by x.option_name collate "C")
                     from pg_options_to_table(o.srvoptions) x),
         'users', (select string_agg(case when u.umuser = 0 then 'public' else :id(pg_get_userbyid(u.umuser)) end, ', '
                                     order by case when u.umuser = 0 then '' else pg_get_userbyid(u.umuser)::text end collate "C")
                   from pg_user_mappings u where u.srvid = o.oid),
         -- What a user is given to log in with is shown to its own user and to superusers.
         'user options', (select string_agg(case when u.umuser = 0 then 'public' else :id(pg_get_userbyid(u.umuser)) end || ' digest '
                                            || left(encode(sha256(convert_to((select string_agg(x.option_name || '=' || x.option_value, ',' order by x.option_name collate "C")
                                                                              from pg_options_to_table(u.umoptions) x), 'UTF8')), 'hex'), 12), ', '
                                            order by case when u.umuser = 0 then '' else pg_get_userbyid(u.umuser)::text end collate "C")
                          from pg_user_mappings u where u.srvid = o.oid and u.umoptions is not null),
         'owner', pg_get_userbyid(o.srvowner),
         'comment', obj_description(o.oid, 'pg_foreign_server')) as attributes
from pg_foreign_server o
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_foreign_server'::regclass and e.objid = o.oid and e.deptype = 'e')
