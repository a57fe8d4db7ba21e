-- What the database is made with and what is set for whoever connects, here or in every database of the server: it orders
-- texts, and answers, differently. A setting of the user's own making (its name has a dot) may be a secret, so a digest of
-- it is shown.
select 'locale' as identity,
       json_build_object(
         'encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate, 'ctype', d.datctype,
         -- Before 15 a database had its locale from the C library.
         'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
         'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
         'rules', to_jsonb(d) ->> 'daticurules') as attributes
from pg_database d where d.datname = current_database()
union all
-- Every first database of a cluster has the same comment.
select 'itself',
       json_build_object(
         'owner', pg_get_userbyid(d.datdba), 'connection limit', nullif(d.datconnlimit, -1)::text,
         'tablespace', (select :id(s.spcname) from pg_tablespace s where s.oid = d.dattablespace),
         'comment', nullif(shobj_description(d.oid, 'pg_database'), 'default administrative connection database'))
from pg_database d where d.datname = current_database()
union all
select 'settings for ' || case when s.setrole = 0 then 'everybody' else :id(pg_get_userbyid(s.setrole)) end
         || case when s.setdatabase = 0 then ' in every database' else '' end,
       json_build_object('definition',
         (select string_agg(case when split_part(c.setting, '=', 1) like '%.%'
                                 then split_part(c.setting, '=', 1) || '=digest ' || left(encode(sha256(convert_to(c.setting, 'UTF8')), 'hex'), 12)
                                 else c.setting end, ', ' order by c.setting collate "C")
          from unnest(s.setconfig) c(setting)))
from pg_db_role_setting s
where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
