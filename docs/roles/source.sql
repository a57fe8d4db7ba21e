-- The role pg-rehearse reads a source as. Run by a superuser, or on Supabase by `postgres`; then give it a password.
-- It reads everything, past row security, and can write nothing.
create role rehearse_reader login bypassrls;
grant pg_read_all_data to rehearse_reader;
-- Sequences' states are read too; of replication lag it sees what pg_monitor may.
grant pg_monitor to rehearse_reader;
-- To ask as the API's roles and users what they are shown (the check `behaviour`), where there are such roles.
do $$
declare api_role name;
begin
    for api_role in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
        execute format('grant %I to rehearse_reader', api_role);
    end loop;
end $$;
alter role rehearse_reader set default_transaction_read_only = on;
