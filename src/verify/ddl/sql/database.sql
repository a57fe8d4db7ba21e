-- Settings one by one. Those of the user's own making may be secrets, and only their names are read.
select 'settings for ' || case when s.setrole = 0 then 'everybody' else :id(pg_get_userbyid(s.setrole)) end
         || case when s.setdatabase = 0 then ' in every database' else '' end as identity,
       json_build_object(
         'role', case when s.setrole <> 0 then :sql(pg_get_userbyid(s.setrole)) end, 'every', s.setdatabase = 0,
         'settings', (select json_agg(json_build_array(split_part(c.setting, '=', 1),
                        case when split_part(c.setting, '=', 1) not like '%.%' then substr(c.setting, strpos(c.setting, '=') + 1)
                             else 'digest ' || left(encode(sha256(convert_to(c.setting, 'UTF8')), 'hex'), 12) end))
                      from unnest(s.setconfig) c(setting))) as attributes
from pg_db_role_setting s
where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
