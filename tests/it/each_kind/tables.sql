-- Tables, columns, partitions.

-- case: table, extra
-- expect: schema | table public.table_new | extra
-- plant
create table public.table_new (id int primary key, a text default 'x', check (id > 0)); create index on public.table_new (a);
-- heal
drop table public.table_new;

-- case: table, missing
-- expect: schema | table public.table_gone | missing
create table public.table_gone (id int generated always as identity primary key, a text not null unique);
comment on column public.table_gone.a is 'x';
grant select on public.table_gone to public;
-- plant
drop table public.table_gone;
-- heal
create table public.table_gone (id int generated always as identity primary key, a text not null unique);
comment on column public.table_gone.a is 'x';
grant select on public.table_gone to public;

-- case: table, persistence
-- expect: schema | table public.table_kept | persistence
create table public.table_kept (a int);
-- plant
alter table public.table_kept set unlogged;
-- heal
alter table public.table_kept set logged;

-- case: table, owner
-- expect: schema | table public.table_owned | owner
create table public.table_owned (a int);
-- plant
alter table public.table_owned owner to $keeper;
-- heal
alter table public.table_owned owner to postgres;

-- case: table, owner with grants of its own
-- expect: schema | table public.table_given | owner
create table public.table_given (a int);
grant select on public.table_given to $guest;
grant all on public.table_given to $keeper;
-- plant
alter table public.table_given owner to $keeper;
-- heal
alter table public.table_given owner to postgres;
grant all on public.table_given to $keeper;

-- case: table, inherits
-- expect: schema | table public.table_child | inherits
create table public.table_root (a int);
create table public.table_child (a int) inherits (public.table_root);
-- plant
alter table public.table_child no inherit public.table_root;
-- heal
alter table public.table_child inherit public.table_root;

-- case: table, of a type
-- expect: schema | table public.table_typed | of type
create type public.row_of_table as (a int);
create table public.table_typed of public.row_of_table;
-- plant
alter table public.table_typed not of;
-- heal
alter table public.table_typed of public.row_of_table;

-- case: table, access method
-- expect: schema | table public.table_stored | access method
create access method stack type table handler heap_tableam_handler;
create table public.table_stored (a int);
-- plant
alter table public.table_stored set access method stack;
-- heal
alter table public.table_stored set access method heap;

-- case: table, replica identity
-- expect: schema | table public.table_identified | replica identity
create table public.table_identified (a int);
-- plant
alter table public.table_identified replica identity full;
-- heal
alter table public.table_identified replica identity default;

-- case: table, options
-- expect: schema | table public.table_filled | options
create table public.table_filled (a int);
-- plant
alter table public.table_filled set (fillfactor = 70);
-- heal
alter table public.table_filled reset (fillfactor);

-- case: table, toast options
-- expect: schema | table public.table_toasted | toast options
create table public.table_toasted (a text);
-- plant
alter table public.table_toasted set (toast.autovacuum_enabled = off);
-- heal
alter table public.table_toasted reset (toast.autovacuum_enabled);

-- case: table, comment
-- expect: schema | table public.table_told | comment
create table public.table_told (a int);
comment on table public.table_told is 'x';
-- plant
comment on table public.table_told is 'y';
-- heal
comment on table public.table_told is 'x';

-- case: partitioned table, key
-- expect: schema | table public.part_keyed | partition key
create table public.part_keyed (a int, b int) partition by list (a);
-- plant
drop table public.part_keyed; create table public.part_keyed (a int, b int) partition by hash (a);
-- heal
drop table public.part_keyed; create table public.part_keyed (a int, b int) partition by list (a);

-- case: partition, bounds
-- expect: schema | table public.part_bounded_1 | partition bound
create table public.part_bounded (a int) partition by range (a);
create table public.part_bounded_1 partition of public.part_bounded for values from (0) to (10);
-- plant
alter table public.part_bounded detach partition public.part_bounded_1;
alter table public.part_bounded attach partition public.part_bounded_1 for values from (0) to (20);
-- heal
alter table public.part_bounded detach partition public.part_bounded_1;
alter table public.part_bounded attach partition public.part_bounded_1 for values from (0) to (10);

-- case: partition, missing
-- expect: schema | table public.part_gone_1 | missing
create table public.part_gone (a int primary key, b text) partition by range (a);
create table public.part_gone_1 partition of public.part_gone for values from (0) to (10);
-- plant
drop table public.part_gone_1;
-- heal
create table public.part_gone_1 partition of public.part_gone for values from (0) to (10);

-- case: partition, extra default
-- expect: schema | table public.part_more_rest | extra
create table public.part_more (a int primary key) partition by range (a);
-- plant
create table public.part_more_rest partition of public.part_more default;
-- heal
drop table public.part_more_rest;

-- case: column, extra
-- expect: schema | column public.col_new.b | extra
create table public.col_new (a int);
-- plant
alter table public.col_new add b int default 1;
-- heal
alter table public.col_new drop b;

-- case: column, missing
-- expect: schema | column public.col_gone.b | missing
create table public.col_gone (a int, b int);
-- plant
alter table public.col_gone drop b;
-- heal
alter table public.col_gone add b int;

-- case: column, type
-- expect: schema | column public.col_typed.a | type
create table public.col_typed (a varchar(10));
-- plant
alter table public.col_typed alter a type varchar(11);
-- heal
alter table public.col_typed alter a type varchar(10);

-- case: column, collation
-- expect: schema | column public.col_collated.a | collation
create table public.col_collated (a text);
-- plant
alter table public.col_collated alter a type text collate "C";
-- heal
alter table public.col_collated alter a type text collate "default";

-- case: column, nullability
-- expect: schema | column public.col_null.a | not null
create table public.col_null (a int not null);
-- plant
alter table public.col_null alter a drop not null;
-- heal
alter table public.col_null alter a set not null;

-- case: column, nullability not proven
-- since: 18
-- expect: schema | column public.col_unproven.a | not null
create table public.col_unproven (a int constraint there not null);
-- plant
alter table public.col_unproven alter a drop not null;
alter table public.col_unproven add constraint there not null a not valid;
-- heal
alter table public.col_unproven validate constraint there;

-- case: column, default
-- expect: schema | column public.col_default.a | default
create table public.col_default (a int default 1);
-- plant
alter table public.col_default alter a set default 2;
-- heal
alter table public.col_default alter a set default 1;

-- case: column, generated
-- expect: schema | column public.col_made.b | generated
create table public.col_made (a int, b int generated always as (a + 1) stored);
-- plant
alter table public.col_made alter b drop expression;
-- heal
alter table public.col_made drop b, add b int generated always as (a + 1) stored;

-- case: column, generated otherwise
-- expect: schema | column public.col_remade.b | generated
create table public.col_remade (a int, b int generated always as (a + 1) stored);
-- plant
alter table public.col_remade drop b, add b int generated always as (a + 2) stored;
-- heal
alter table public.col_remade drop b, add b int generated always as (a + 1) stored;

-- case: column, generated and not stored
-- since: 18
-- expect: schema | column public.col_virtual.b | generated
create table public.col_virtual (a int, b int generated always as (a + 1) stored);
-- plant
alter table public.col_virtual drop b, add b int generated always as (a + 1) virtual;
-- heal
alter table public.col_virtual drop b, add b int generated always as (a + 1) stored;

-- case: column, identity
-- expect: schema | column public.col_identity.a | identity
create table public.col_identity (a int generated always as identity);
-- plant
alter table public.col_identity alter a set generated by default;
-- heal
alter table public.col_identity alter a set generated always;

-- case: column, storage
-- expect: schema | column public.col_stored.a | storage
create table public.col_stored (a text);
-- plant
alter table public.col_stored alter a set storage external;
-- heal
alter table public.col_stored alter a set storage extended;

-- case: column, compression
-- expect: schema | column public.col_pressed.a | compression
create table public.col_pressed (a text);
-- plant
alter table public.col_pressed alter a set compression pglz;
-- heal
alter table public.col_pressed alter a set compression default;

-- case: column, statistics
-- expect: schema | column public.col_counted.a | statistics target
create table public.col_counted (a int);
-- plant
alter table public.col_counted alter a set statistics 500;
-- heal
alter table public.col_counted alter a set statistics -1;

-- case: column, options
-- expect: schema | column public.col_options.a | options
create table public.col_options (a int);
-- plant
alter table public.col_options alter a set (n_distinct = 5);
-- heal
alter table public.col_options alter a reset (n_distinct);

-- case: column, comment
-- expect: schema | column public.col_told.a | comment
create table public.col_told (a int);
-- plant
comment on column public.col_told.a is 'x';
-- heal
comment on column public.col_told.a is null;
