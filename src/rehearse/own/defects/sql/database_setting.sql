-- name: setting of the database
select 'random_page_cost of everybody in this database' as planted,
       'do $planted$ begin execute format(''alter database %I set random_page_cost = 1.1'', current_database()); end $planted$' as plant,
       'do $planted$ begin execute format(''alter database %I reset random_page_cost'', current_database()); end $planted$' as heal,
       array['schema | database settings for everybody | extra'] as expects, '{}'::text[] as allows
where not exists (select from pg_db_role_setting s where s.setrole = 0 and s.setdatabase = (select d.oid from pg_database d where d.datname = current_database()))
