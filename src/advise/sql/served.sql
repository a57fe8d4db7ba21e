-- The schemas that the API serves: what the session has set, else what the role has that PostgREST connects as (for this
-- database before all), else public.
select coalesce(
  nullif(current_setting('pgrst.db_schemas', true), ''),
  (select substr(o.setting, length('pgrst.db_schemas=') + 1)
   from pg_db_role_setting s
   join pg_roles r on r.oid = s.setrole and r.rolname = 'authenticator'
   cross join unnest(s.setconfig) o (setting)
   where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
     and o.setting like 'pgrst.db\_schemas=_%'
   order by s.setdatabase desc
   limit 1),
  'public')
