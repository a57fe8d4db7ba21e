-- Row security, policies, privileges, default privileges, roles.

-- case: row security, enabled
-- expect: rls | table public.rl_on | row security
create table public.rl_on (a int);
-- plant
alter table public.rl_on enable row level security;
-- heal
alter table public.rl_on disable row level security;

-- case: row security, forced
-- expect: rls | table public.rl_forced | forced
create table public.rl_forced (a int);
alter table public.rl_forced enable row level security;
-- plant
alter table public.rl_forced force row level security;
-- heal
alter table public.rl_forced no force row level security;

-- case: policy, extra
-- expect: rls | policy public.po_new.reads | extra
create table public.po_new (a int);
-- plant
create policy reads on public.po_new for select using (true);
-- heal
drop policy reads on public.po_new;

-- case: policy, missing
-- expect: rls | policy public.po_gone.reads | missing
create table public.po_gone (a int);
create policy reads on public.po_gone for select using (true);
-- plant
drop policy reads on public.po_gone;
-- heal
create policy reads on public.po_gone for select using (true);

-- case: policy, command
-- expect: rls | policy public.po_command.reads | command
create table public.po_command (a int);
create policy reads on public.po_command for select using (true);
-- plant
drop policy reads on public.po_command; create policy reads on public.po_command for delete using (true);
-- heal
drop policy reads on public.po_command; create policy reads on public.po_command for select using (true);

-- case: policy, permissive
-- expect: rls | policy public.po_kind.reads | permissive
create table public.po_kind (a int);
create policy reads on public.po_kind using (true);
-- plant
drop policy reads on public.po_kind; create policy reads on public.po_kind as restrictive using (true);
-- heal
drop policy reads on public.po_kind; create policy reads on public.po_kind using (true);

-- case: policy, roles
-- expect: rls | policy public.po_roles.reads | roles
create table public.po_roles (a int);
create policy reads on public.po_roles to $guest using (true);
-- plant
alter policy reads on public.po_roles to public;
-- heal
alter policy reads on public.po_roles to $guest;

-- case: policy, using
-- expect: rls | policy public.po_using.reads | using
create table public.po_using (a int);
create policy reads on public.po_using for select using (a > 0);
-- plant
alter policy reads on public.po_using using (a > 1);
-- heal
alter policy reads on public.po_using using (a > 0);

-- case: policy, with check
-- expect: rls | policy public.po_check.writes | with check
create table public.po_check (a int);
create policy writes on public.po_check for insert with check (a > 0);
-- plant
alter policy writes on public.po_check with check (true);
-- heal
alter policy writes on public.po_check with check (a > 0);

-- case: policy, comment
-- expect: rls | policy public.po_told.reads | comment
create table public.po_told (a int);
create policy reads on public.po_told using (true);
-- plant
comment on policy reads on public.po_told is 'x';
-- heal
comment on policy reads on public.po_told is null;

-- case: privilege on a table
-- expect: grants | grant table public.gr_table to $guest | privileges
create table public.gr_table (a int);
grant select on public.gr_table to $guest;
-- plant
grant insert on public.gr_table to $guest;
-- heal
revoke insert on public.gr_table from $guest;

-- case: privilege on a table, right to grant on
-- expect: grants | grant table public.gr_on to $guest | privileges
create table public.gr_on (a int);
grant select on public.gr_on to $guest;
-- plant
grant select on public.gr_on to $guest with grant option;
-- heal
revoke grant option for select on public.gr_on from $guest;

-- case: privilege on a table, of everybody
-- expect: grants | grant table public.gr_public to public | extra
create table public.gr_public (a int);
-- plant
grant select on public.gr_public to public;
-- heal
revoke select on public.gr_public from public;

-- case: privilege on a table, of its owner
-- expect: grants | grant table public.gr_owner to postgres | privileges
create table public.gr_owner (a int);
-- plant
revoke delete on public.gr_owner from postgres;
-- heal
grant delete on public.gr_owner to postgres;

-- case: privilege on a column
-- expect: grants | grant column public.gr_column.a to $guest | extra
create table public.gr_column (a int);
-- plant
grant select (a) on public.gr_column to $guest;
-- heal
revoke select (a) on public.gr_column from $guest;

-- case: privilege on a column, of everybody
-- expect: grants | grant column public.gr_column_all.a to public | privileges
create table public.gr_column_all (a int);
grant select (a) on public.gr_column_all to public;
-- plant
grant update (a) on public.gr_column_all to public;
-- heal
revoke update (a) on public.gr_column_all from public;

-- case: privilege on a view
-- expect: grants | grant view public.gr_view to $guest | extra
create view public.gr_view as select 1 as a;
-- plant
grant select on public.gr_view to $guest;
-- heal
revoke select on public.gr_view from $guest;

-- case: privilege on a view's column
-- expect: grants | grant column public.gr_view_column.a to public | extra
create view public.gr_view_column as select 1 as a;
-- plant
grant select (a) on public.gr_view_column to public;
-- heal
revoke select (a) on public.gr_view_column from public;

-- case: privilege on a materialized view
-- expect: grants | grant view public.gr_filled to public | extra
create materialized view public.gr_filled as select 1 as a;
-- plant
grant select on public.gr_filled to public;
-- heal
revoke select on public.gr_filled from public;

-- case: privilege on a sequence
-- expect: grants | grant sequence public.gr_sequence to public | extra
create sequence public.gr_sequence;
-- plant
grant usage on sequence public.gr_sequence to public;
-- heal
revoke usage on sequence public.gr_sequence from public;

-- case: privilege on a schema
-- expect: grants | grant schema gr_schema to public | extra
create schema gr_schema;
-- plant
grant usage on schema gr_schema to public;
-- heal
revoke usage on schema gr_schema from public;

-- case: privilege on a function
-- expect: grants | grant function public.gr_function() to public | missing
create function public.gr_function() returns int language sql as 'select 1';
-- plant
revoke execute on function public.gr_function() from public;
-- heal
grant execute on function public.gr_function() to public;

-- case: privilege on a procedure
-- expect: grants | grant function public.gr_procedure() to $guest | extra
create procedure public.gr_procedure() language sql as 'select 1';
-- plant
grant execute on procedure public.gr_procedure() to $guest;
-- heal
revoke execute on procedure public.gr_procedure() from $guest;

-- case: privilege on a type
-- expect: grants | grant type public.gr_type to public | missing
create type public.gr_type as enum ('a');
-- plant
revoke usage on type public.gr_type from public;
-- heal
grant usage on type public.gr_type to public;

-- case: privilege on a domain
-- expect: grants | grant type public.gr_domain to $guest | extra
create domain public.gr_domain as int;
-- plant
grant usage on domain public.gr_domain to $guest;
-- heal
revoke usage on domain public.gr_domain from $guest;

-- case: privilege on a language
-- expect: grants | grant language plpgsql to $guest | extra
-- plant
grant usage on language plpgsql to $guest;
-- heal
revoke usage on language plpgsql from $guest;

-- case: privilege on a foreign data wrapper
-- expect: grants | grant foreign data wrapper gr_wrapper to $guest | extra
create foreign data wrapper gr_wrapper;
-- plant
grant usage on foreign data wrapper gr_wrapper to $guest;
-- heal
revoke usage on foreign data wrapper gr_wrapper from $guest;

-- case: privilege on a foreign server
-- expect: grants | grant foreign server gr_server to public | extra
create foreign data wrapper gr_far; create server gr_server foreign data wrapper gr_far;
-- plant
grant usage on foreign server gr_server to public;
-- heal
revoke usage on foreign server gr_server from public;

-- case: privilege on a foreign table
-- expect: grants | grant table public.gr_foreign to $guest | extra
create foreign data wrapper gr_away; create server gr_away foreign data wrapper gr_away;
create foreign table public.gr_foreign (a int) server gr_away;
-- plant
grant select on public.gr_foreign to $guest;
-- heal
revoke select on public.gr_foreign from $guest;

-- case: privilege on the database
-- expect: grants | grant database itself to $guest | extra
-- plant
do $$ begin execute format('grant create on database %I to $guest', current_database()); end $$;
-- heal
do $$ begin execute format('revoke create on database %I from $guest', current_database()); end $$;

-- case: privilege on the database, of everybody
-- expect: grants | grant database itself to public | privileges
-- plant
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
-- heal
do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$;

-- case: privilege on a parameter
-- expect: grants | grant parameter log_duration to $guest | extra
-- servers: two
-- plant
grant set on parameter log_duration to $guest;
-- heal
revoke set on parameter log_duration from $guest;

-- case: default privileges in a schema
-- expect: grants | grant default privileges in public by postgres on tables to $guest | extra
-- plant
alter default privileges in schema public grant select on tables to $guest;
-- heal
alter default privileges in schema public revoke select on tables from $guest;

-- case: default privileges everywhere
-- expect: grants | grant default privileges everywhere by $keeper on functions to public | missing
alter default privileges for role $keeper grant execute on functions to $guest;
-- plant
alter default privileges for role $keeper revoke execute on functions from public;
-- heal
alter default privileges for role $keeper grant execute on functions to public;

-- case: default privileges, to everybody
-- expect: grants | grant default privileges in public by $keeper on sequences to public | extra
-- plant
alter default privileges for role $keeper in schema public grant usage on sequences to public;
-- heal
alter default privileges for role $keeper in schema public revoke usage on sequences from public;

-- case: schema, owner
-- expect: schema | schema ow_schema | owner
create schema ow_schema;
-- plant
alter schema ow_schema owner to $keeper;
-- heal
alter schema ow_schema owner to postgres;

-- case: schema, comment
-- expect: schema | schema ow_told | comment
create schema ow_told;
-- plant
comment on schema ow_told is 'x';
-- heal
comment on schema ow_told is null;

-- case: schema, missing
-- expect: schema | schema ow_gone | missing
create schema ow_gone; create table ow_gone.t (a int primary key);
-- plant
drop schema ow_gone cascade;
-- heal
create schema ow_gone; create table ow_gone.t (a int primary key);

-- case: role, superuser
-- servers: two
-- expect: grants | role $keeper | superuser
-- plant
alter role $keeper superuser;
-- heal
alter role $keeper nosuperuser;

-- case: role, bypasses row security
-- servers: two
-- expect: grants | role $keeper | bypasses row security
-- plant
alter role $keeper bypassrls;
-- heal
alter role $keeper nobypassrls;

-- case: role, may log in
-- servers: two
-- expect: grants | role $keeper | may log in
-- plant
alter role $keeper login;
-- heal
alter role $keeper nologin;

-- case: role, inherits
-- servers: two
-- expect: grants | role $guest | inherits
-- plant
alter role $guest noinherit;
-- heal
alter role $guest inherit;

-- case: role, creates roles
-- servers: two
-- expect: grants | role $keeper | creates roles
-- plant
alter role $keeper createrole;
-- heal
alter role $keeper nocreaterole;

-- case: role, creates databases
-- servers: two
-- expect: grants | role $keeper | creates databases
-- plant
alter role $keeper createdb;
-- heal
alter role $keeper nocreatedb;

-- case: role, replication
-- servers: two
-- expect: grants | role $keeper | replication
-- plant
alter role $keeper replication;
-- heal
alter role $keeper noreplication;

-- case: role, connection limit
-- servers: two
-- expect: grants | role $keeper | connection limit
-- plant
alter role $keeper connection limit 5;
-- heal
alter role $keeper connection limit -1;

-- case: role, valid until
-- servers: two
-- expect: grants | role $keeper | valid until
alter role $keeper valid until '2100-01-01';
-- plant
alter role $keeper valid until '2101-01-01';
-- heal
alter role $keeper valid until '2100-01-01';

-- case: role, comment
-- servers: two
-- expect: grants | role $keeper | comment
-- plant
comment on role $keeper is 'x';
-- heal
comment on role $keeper is null;

-- case: role, setting in this database
-- expect: schema | database settings for $guest | extra
-- plant
do $$ begin execute format('alter role $guest in database %I set search_path = public', current_database()); end $$;
-- heal
do $$ begin execute format('alter role $guest in database %I reset search_path', current_database()); end $$;

-- case: role, membership
-- servers: two
-- expect: grants | membership $member in $guest | extra
-- plant
grant $guest to $member;
-- heal
revoke $guest from $member;

-- case: role, membership's right to give it on
-- servers: two
-- expect: grants | membership $keeper in $guest | admin
grant $guest to $keeper;
-- plant
grant $guest to $keeper with admin option;
-- heal
revoke admin option for $guest from $keeper;

-- case: role, membership inherited
-- servers: two
-- since: 16
-- expect: grants | membership $keeper in $member | inherits
grant $member to $keeper;
-- plant
grant $member to $keeper with inherit false;
-- heal
grant $member to $keeper with inherit true;

-- case: role, membership without becoming it
-- servers: two
-- since: 16
-- expect: grants | membership $keeper in $member | may become it
-- plant
grant $member to $keeper with set false;
-- heal
grant $member to $keeper with set true;
