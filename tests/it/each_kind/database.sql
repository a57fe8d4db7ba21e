-- What belongs to the database: extensions, replication, foreign servers, languages, settings, large objects.

-- case: extension, extra
-- expect: schema | extension earthdistance | extra
-- expect: schema | extension cube | extra
-- plant
create extension earthdistance cascade;
-- heal
drop extension earthdistance; drop extension cube;

-- case: extension, version
-- expect: schema | extension intarray | version
create extension intarray;
-- plant
update pg_catalog.pg_extension set extversion = extversion || '.1' where extname = 'intarray';
-- heal
update pg_catalog.pg_extension set extversion = left(extversion, -2) where extname = 'intarray';

-- case: extension, schema
-- expect: schema | extension hstore | schema
create schema ex_schema; create extension hstore;
-- plant
alter extension hstore set schema ex_schema;
-- heal
alter extension hstore set schema public;

-- case: extension, members
-- expect: schema | extension citext | members
-- expect: schema | function public.citext_hash(public.citext) | extra
create extension citext;
-- plant
alter extension citext drop function public.citext_hash(public.citext);
-- heal
alter extension citext add function public.citext_hash(public.citext);

-- case: extension, comment
-- expect: schema | extension ltree | comment
create extension ltree;
-- plant
comment on extension ltree is 'x';
-- heal
comment on extension ltree is 'data type for hierarchical tree-like structures';

-- case: extension, dependency on it
-- expect: schema | extension dependency function public.ex_leans() on plpgsql | extra
create function public.ex_leans() returns int language sql as 'select 1';
-- plant
alter function public.ex_leans() depends on extension plpgsql;
-- heal
alter function public.ex_leans() no depends on extension plpgsql;

-- case: publication, extra
-- expect: schema | publication pb_new | extra
-- plant
create publication pb_new;
-- heal
drop publication pb_new;

-- case: publication, tables
-- expect: schema | publication pb_tables | definition
create table public.pb_table (a int primary key, b int);
create publication pb_tables for table public.pb_table;
-- plant
alter publication pb_tables set table public.pb_table (a) where (a > 1);
-- heal
alter publication pb_tables set table public.pb_table;

-- case: publication, schemas
-- expect: schema | publication pb_schemas | schemas
create publication pb_schemas;
-- plant
alter publication pb_schemas add tables in schema public;
-- heal
alter publication pb_schemas drop tables in schema public;

-- case: publication, all tables
-- expect: schema | publication pb_all | all tables
create publication pb_all;
-- plant
drop publication pb_all; create publication pb_all for all tables;
-- heal
drop publication pb_all; create publication pb_all;

-- case: publication, operations
-- expect: schema | publication pb_operations | operations
create publication pb_operations;
-- plant
alter publication pb_operations set (publish = 'insert');
-- heal
alter publication pb_operations set (publish = 'insert, update, delete, truncate');

-- case: publication, via root
-- expect: schema | publication pb_root | via root
create publication pb_root;
-- plant
alter publication pb_root set (publish_via_partition_root);
-- heal
alter publication pb_root set (publish_via_partition_root = off);

-- case: publication, generated columns
-- since: 18
-- expect: schema | publication pb_generated | generated columns
create publication pb_generated;
-- plant
alter publication pb_generated set (publish_generated_columns = stored);
-- heal
alter publication pb_generated set (publish_generated_columns = none);

-- case: publication, owner
-- expect: schema | publication pb_owned | owner
create publication pb_owned;
-- plant
update pg_catalog.pg_publication set pubowner = '$keeper'::regrole where pubname = 'pb_owned';
-- heal
update pg_catalog.pg_publication set pubowner = 'postgres'::regrole where pubname = 'pb_owned';

-- case: publication, comment
-- expect: schema | publication pb_told | comment
create publication pb_told;
-- plant
comment on publication pb_told is 'x';
-- heal
comment on publication pb_told is null;

-- case: event trigger, extra
-- expect: schema | event trigger ev_new | extra
create function public.ev() returns event_trigger language plpgsql as 'begin end';
-- plant
create event trigger ev_new on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- heal
drop event trigger ev_new;

-- case: event trigger, definition
-- expect: schema | event trigger ev_defined | definition
create event trigger ev_defined on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- plant
drop event trigger ev_defined;
create event trigger ev_defined on ddl_command_end when tag in ('CREATE CONVERSION') execute function public.ev();
-- heal
drop event trigger ev_defined;
create event trigger ev_defined on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();

-- case: event trigger, tags
-- expect: schema | event trigger ev_tags | tags
create event trigger ev_tags on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- plant
drop event trigger ev_tags;
create event trigger ev_tags on ddl_command_start when tag in ('DROP CONVERSION') execute function public.ev();
-- heal
drop event trigger ev_tags;
create event trigger ev_tags on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();

-- case: event trigger, enabled
-- expect: schema | event trigger ev_off | enabled
create event trigger ev_off on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- plant
alter event trigger ev_off disable;
-- heal
alter event trigger ev_off enable;

-- case: event trigger, comment
-- expect: schema | event trigger ev_told | comment
create event trigger ev_told on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- plant
comment on event trigger ev_told is 'x';
-- heal
comment on event trigger ev_told is null;

-- case: foreign data wrapper, extra
-- expect: schema | foreign data wrapper fw_new | extra
-- plant
create foreign data wrapper fw_new;
-- heal
drop foreign data wrapper fw_new;

-- case: foreign data wrapper, validator
-- expect: schema | foreign data wrapper fw_checked | validator
create foreign data wrapper fw_checked;
-- plant
alter foreign data wrapper fw_checked validator postgresql_fdw_validator;
-- heal
alter foreign data wrapper fw_checked no validator;

-- case: foreign data wrapper, options
-- expect: schema | foreign data wrapper fw_options | options
create foreign data wrapper fw_options;
-- plant
alter foreign data wrapper fw_options options (place 'x');
-- heal
alter foreign data wrapper fw_options options (drop place);

-- case: foreign data wrapper, comment
-- expect: schema | foreign data wrapper fw_told | comment
create foreign data wrapper fw_told;
-- plant
comment on foreign data wrapper fw_told is 'x';
-- heal
comment on foreign data wrapper fw_told is null;

-- case: foreign server, extra
-- expect: schema | foreign server fs_new | extra
create foreign data wrapper far;
-- plant
create server fs_new foreign data wrapper far;
-- heal
drop server fs_new;

-- case: foreign server, wrapper
-- expect: schema | foreign server fs_wrapped | definition
create foreign data wrapper farther; create server fs_wrapped foreign data wrapper far;
-- plant
drop server fs_wrapped; create server fs_wrapped foreign data wrapper farther;
-- heal
drop server fs_wrapped; create server fs_wrapped foreign data wrapper far;

-- case: foreign server, type
-- expect: schema | foreign server fs_typed | type
create server fs_typed type 'a' foreign data wrapper far;
-- plant
drop server fs_typed; create server fs_typed type 'b' foreign data wrapper far;
-- heal
drop server fs_typed; create server fs_typed type 'a' foreign data wrapper far;

-- case: foreign server, version
-- expect: schema | foreign server fs_version | version
create server fs_version version '1' foreign data wrapper far;
-- plant
alter server fs_version version '2';
-- heal
alter server fs_version version '1';

-- case: foreign server, options
-- expect: schema | foreign server fs_options | options
create server fs_options foreign data wrapper far options (password 'x');
-- plant
alter server fs_options options (set password 'y');
-- heal
alter server fs_options options (set password 'x');

-- case: user mapping, extra
-- expect: schema | foreign server fs_users | users
create server fs_users foreign data wrapper far;
-- plant
create user mapping for public server fs_users;
-- heal
drop user mapping for public server fs_users;

-- case: user mapping, options
-- expect: schema | foreign server fs_mapped | user options
create server fs_mapped foreign data wrapper far; create user mapping for postgres server fs_mapped options (password 'x');
-- plant
alter user mapping for postgres server fs_mapped options (set password 'y');
-- heal
alter user mapping for postgres server fs_mapped options (set password 'x');

-- case: foreign server, owner
-- expect: schema | foreign server fs_owned | owner
create server fs_owned foreign data wrapper far; grant usage on foreign data wrapper far to $keeper;
-- plant
alter server fs_owned owner to $keeper;
-- heal
alter server fs_owned owner to postgres;

-- case: foreign server, comment
-- expect: schema | foreign server fs_told | comment
create server fs_told foreign data wrapper far;
-- plant
comment on server fs_told is 'x';
-- heal
comment on server fs_told is null;

-- case: foreign table, extra
-- expect: schema | table public.ft_new | extra
create server ft_far foreign data wrapper far; create server ft_farther foreign data wrapper far;
-- plant
create foreign table public.ft_new (a int) server ft_far;
-- heal
drop foreign table public.ft_new;

-- case: foreign table, server
-- expect: schema | table public.ft_server | foreign server
create foreign table public.ft_server (a int) server ft_far;
-- plant
drop foreign table public.ft_server; create foreign table public.ft_server (a int) server ft_farther;
-- heal
drop foreign table public.ft_server; create foreign table public.ft_server (a int) server ft_far;

-- case: foreign table, options
-- expect: schema | table public.ft_options | foreign options
create foreign table public.ft_options (a int) server ft_far;
-- plant
alter foreign table public.ft_options options (place 'x');
-- heal
alter foreign table public.ft_options options (drop place);

-- case: foreign table, a column's options
-- expect: schema | column public.ft_column.a | foreign options
create foreign table public.ft_column (a int) server ft_far;
-- plant
alter foreign table public.ft_column alter a options (place 'x');
-- heal
alter foreign table public.ft_column alter a options (drop place);

-- case: foreign table, owner
-- expect: schema | table public.ft_owned | owner
create foreign table public.ft_owned (a int) server ft_far;
-- plant
alter foreign table public.ft_owned owner to $keeper;
-- heal
alter foreign table public.ft_owned owner to postgres;

-- case: language, extra
-- expect: schema | language la_new | extra
-- plant
create language la_new handler plpgsql_call_handler;
-- heal
drop language la_new;

-- case: language, validator
-- expect: schema | language la_checked | validator
create language la_checked handler plpgsql_call_handler;
-- plant
create or replace language la_checked handler plpgsql_call_handler validator plpgsql_validator;
-- heal
create or replace language la_checked handler plpgsql_call_handler;

-- case: language, trusted
-- expect: schema | language la_trusted | trusted
create trusted language la_trusted handler plpgsql_call_handler;
revoke all on language la_trusted from public;
-- plant
create or replace language la_trusted handler plpgsql_call_handler;
-- heal
create or replace trusted language la_trusted handler plpgsql_call_handler;

-- case: language, owner
-- expect: schema | language la_owned | owner
create trusted language la_owned handler plpgsql_call_handler;
-- plant
alter language la_owned owner to $keeper;
-- heal
alter language la_owned owner to postgres;

-- case: language, comment
-- expect: schema | language la_told | comment
create language la_told handler plpgsql_call_handler;
-- plant
comment on language la_told is 'x';
-- heal
comment on language la_told is null;

-- case: access method, extra
-- expect: schema | access method am_new | extra
-- plant
create access method am_new type table handler heap_tableam_handler;
-- heal
drop access method am_new;

-- case: access method, comment
-- expect: schema | access method am_told | comment
create access method am_told type table handler heap_tableam_handler;
-- plant
comment on access method am_told is 'x';
-- heal
comment on access method am_told is null;

-- case: transform, extra
-- expect: schema | transform money in sql | extra
-- plant
create transform for money language sql (from sql with function prsd_lextype(internal), to sql with function cash_recv(internal));
-- heal
drop transform for money language sql;

-- case: transform, definition
-- expect: schema | transform smallint in sql | definition
create transform for smallint language sql (from sql with function prsd_lextype(internal), to sql with function int2recv(internal));
-- plant
create or replace transform for smallint language sql (from sql with function prsd_lextype(internal));
-- heal
create or replace transform for smallint language sql (from sql with function prsd_lextype(internal), to sql with function int2recv(internal));

-- case: security label, extra
-- expect: schema | security label table public.se_table by selinux | extra
create table public.se_table (a int);
-- plant
insert into pg_catalog.pg_seclabel values ('public.se_table'::regclass, 'pg_class'::regclass, 0, 'selinux', 'x');
-- heal
delete from pg_catalog.pg_seclabel;

-- case: database, owner
-- expect: schema | database itself | owner
-- plant
do $$ begin execute format('alter database %I owner to $keeper', current_database()); end $$;
-- heal
do $$ begin execute format('alter database %I owner to postgres', current_database()); end $$;

-- case: database, connection limit
-- expect: schema | database itself | connection limit
-- plant
do $$ begin execute format('alter database %I connection limit 50', current_database()); end $$;
-- heal
do $$ begin execute format('alter database %I connection limit -1', current_database()); end $$;

-- case: database, comment
-- expect: schema | database itself | comment
-- plant
do $$ begin execute format('comment on database %I is ''x''', current_database()); end $$;
-- heal
do $$ begin execute format('comment on database %I is null', current_database()); end $$;

-- case: database, settings
-- expect: schema | database settings for everybody | definition
do $$ begin execute format('alter database %I set work_mem = 5000', current_database()); end $$;
-- plant
do $$ begin execute format('alter database %I set work_mem = 6000', current_database()); end $$;
-- heal
do $$ begin execute format('alter database %I set work_mem = 5000', current_database()); end $$;

-- case: large objects, which there are
-- expect: schema | large objects of the database | number
select lo_from_bytea(700, 'one');
-- plant
select lo_create(701);
-- heal
select lo_unlink(701);

-- case: large objects, comments
-- expect: schema | large objects of the database | comments
-- plant
comment on large object 700 is 'x';
-- heal
comment on large object 700 is null;

-- case: large objects, privileges
-- expect: schema | large objects of the database | privileges
grant select on large object 700 to postgres;
-- plant
grant select on large object 700 to $guest;
-- heal
revoke select on large object 700 from $guest;

-- case: large objects, owner
-- expect: schema | large objects of the database | owners
select lo_create(702);
-- plant
alter large object 702 owner to $keeper;
-- heal
alter large object 702 owner to postgres;
