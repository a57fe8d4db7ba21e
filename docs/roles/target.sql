-- The role pg-rehearse writes a target as. Run by a superuser in the target's database; then give it a password.
-- It reads and fills everything past row security, empties the tables of the schemas named below, and keeps triggers quiet.
create role rehearse_writer login bypassrls;
grant pg_read_all_data, pg_write_all_data to rehearse_writer;
grant set on parameter session_replication_role to rehearse_writer;
-- To ask as the API's roles and users what they are shown (the check `behaviour`), where there are such roles.
do $$
declare api_role name;
begin
    for api_role in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
        execute format('grant %I to rehearse_writer', api_role);
    end loop;
end $$;
-- The journal's schema, so that the role need not create any.
create schema pgrehearse authorization rehearse_writer;
-- For each schema that takes part:
grant truncate on all tables in schema public to rehearse_writer;
grant update on all sequences in schema public to rehearse_writer;
-- Materialized views are refreshed and statistics gathered by who may maintain them; servers before 17 let the owner alone.
do $$
begin
    if current_setting('server_version_num')::int >= 170000 then
        execute 'grant maintain on all tables in schema public to rehearse_writer';
    end if;
end $$;
-- Indexes and keys can stand aside, and before 17 materialized views be refreshed, where it also has the rights of the
-- tables' owner:
--   grant owner_of_the_tables to rehearse_writer;
