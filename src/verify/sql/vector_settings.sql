-- Whether an index goes on searching where row security takes rows away: what a session of this database starts with. A
-- setting of the database counts before one of all roles, and that before the server's; what a role has of its own counts
-- before all of them. `known` is false where the extension is too old to have the setting.
with given as (
  select s.setdatabase, s.setrole, split_part(c.setting, '=', 1) as name,
         substr(c.setting, strpos(c.setting, '=') + 1) as value
  from pg_db_role_setting s cross join unnest(s.setconfig) c(setting)
  where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
)
select wanted.method, wanted.method || '.iterative_scan' as name, p.name is not null as known,
       coalesce((select g.value from given g
                 where g.name = wanted.method || '.iterative_scan' and g.setrole = 0 order by g.setdatabase desc limit 1),
                case when p.source in ('default', 'configuration file', 'command line', 'environment variable')
                     then p.setting end) as value,
       (select json_agg(json_build_object('role', pg_get_userbyid(g.setrole), 'value', g.value)
                        order by pg_get_userbyid(g.setrole))
        from (select distinct on (g.setrole) g.setrole, g.value from given g
              where g.name = wanted.method || '.iterative_scan' and g.setrole <> 0
              order by g.setrole, g.setdatabase desc) g) as roles
from (values ('hnsw'), ('ivfflat')) wanted(method)
left join pg_settings p on p.name = wanted.method || '.iterative_scan'
