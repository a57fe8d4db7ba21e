-- An option whose name sounds like a secret is shown as a digest, which still tells two values apart.
select :id(o.fdwname) as identity,
       json_build_object(
         'definition', nullif(o.fdwhandler, 0)::regprocedure::text, 'validator', nullif(o.fdwvalidator, 0)::regprocedure::text,
         'options', (select string_agg(case when x.option_name ~* 'pass|secret|key|token|cred'
                                            then x.option_name || '=digest ' || left(encode(sha256(convert_to(x.option_value, 'UTF8')), 'hex'), 12)
                                            else x.option_name || '=' || x.option_value end, ', ' order by x.option_name collate "C")
                     from pg_options_to_table(o.fdwoptions) x),
         'owner', pg_get_userbyid(o.fdwowner),
         'comment', obj_description(o.oid, 'pg_foreign_data_wrapper')) as attributes
from pg_foreign_data_wrapper o
where not exists (select 1 from pg_depend e
                  where e.classid = 'pg_foreign_data_wrapper'::regclass and e.objid = o.oid and e.deptype = 'e')
