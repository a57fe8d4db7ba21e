-- Attributes that few databases differ in. What no statement changes is changed in the catalog.

-- case: access method, handler
-- expect: schema | access method am_handler | definition
create access method am_handler type index handler bthandler;
-- plant
drop access method am_handler; create access method am_handler type index handler hashhandler;
-- heal
drop access method am_handler; create access method am_handler type index handler bthandler;

-- case: access method, type
-- expect: schema | access method am_type | type
create access method am_type type index handler bthandler;
-- plant
update pg_catalog.pg_am set amtype = 't' where amname = 'am_type';
-- heal
update pg_catalog.pg_am set amtype = 'i' where amname = 'am_type';

-- case: collation, deterministic
-- expect: schema | collation public.co_loose | deterministic
create collation public.co_loose (provider = libc, locale = 'C');
-- plant
update pg_catalog.pg_collation set collisdeterministic = false where collname = 'co_loose';
-- heal
update pg_catalog.pg_collation set collisdeterministic = true where collname = 'co_loose';

-- case: collation, rules
-- since: 16
-- expect: schema | collation public.co_rules | rules
create collation public.co_rules (provider = libc, locale = 'C');
-- plant
update pg_catalog.pg_collation set collicurules = '&a < b' where collname = 'co_rules';
-- heal
update pg_catalog.pg_collation set collicurules = null where collname = 'co_rules';

-- case: column, inherited only
-- expect: schema | column public.il_leaf.a | inherited only
create table public.il_root (a int); create table public.il_leaf () inherits (public.il_root);
-- plant
alter table public.il_leaf no inherit public.il_root; alter table public.il_leaf inherit public.il_root;
-- heal
drop table public.il_leaf; create table public.il_leaf () inherits (public.il_root);

-- case: column, name of its NOT NULL
-- since: 18
-- expect: schema | column public.nn_named.a | not null constraint
create table public.nn_named (a int constraint there not null);
-- plant
alter table public.nn_named rename constraint there to here;
-- heal
alter table public.nn_named rename constraint here to there;

-- case: conversion, definition
-- expect: schema | conversion public.cv_defined | definition
create conversion public.cv_defined for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- plant
drop conversion public.cv_defined; create conversion public.cv_defined for 'LATIN2' to 'UTF8' from iso8859_to_utf8;
-- heal
drop conversion public.cv_defined; create conversion public.cv_defined for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

-- case: database, collate
-- expect: schema | database locale | collate
-- plant
update pg_catalog.pg_database set datcollate = 'POSIX' where datname = current_database();
-- heal
update pg_catalog.pg_database set datcollate = (select datcollate from pg_database where datname = 'template0') where datname = current_database();

-- case: database, ctype
-- expect: schema | database locale | ctype
-- plant
update pg_catalog.pg_database set datctype = 'POSIX' where datname = current_database();
-- heal
update pg_catalog.pg_database set datctype = (select datctype from pg_database where datname = 'template0') where datname = current_database();

-- case: database, locale
-- since: 17
-- expect: schema | database locale | locale
-- plant
update pg_catalog.pg_database set datlocale = 'C' where datname = current_database();
-- heal
update pg_catalog.pg_database set datlocale = null where datname = current_database();

-- case: database, rules
-- since: 16
-- expect: schema | database locale | rules
-- plant
update pg_catalog.pg_database set daticurules = '&a < b' where datname = current_database();
-- heal
update pg_catalog.pg_database set daticurules = null where datname = current_database();

-- case: database, provider
-- since: 17
-- expect: schema | database locale | locale
-- expect: schema | database locale | provider
-- plant
update pg_catalog.pg_database set datlocprovider = 'b', datlocale = 'C.UTF-8' where datname = current_database();
-- heal
update pg_catalog.pg_database set datlocprovider = 'c', datlocale = null where datname = current_database();

-- case: event trigger, owner
-- expect: schema | event trigger ev_owned | owner
create event trigger ev_owned on ddl_command_start when tag in ('CREATE CONVERSION') execute function public.ev();
-- plant
update pg_catalog.pg_event_trigger set evtowner = '$keeper'::regrole where evtname = 'ev_owned';
-- heal
update pg_catalog.pg_event_trigger set evtowner = 'postgres'::regrole where evtname = 'ev_owned';

-- case: extension, owner
-- expect: schema | extension pg_trgm | owner
create extension pg_trgm;
-- plant
update pg_catalog.pg_extension set extowner = '$keeper'::regrole where extname = 'pg_trgm';
-- heal
update pg_catalog.pg_extension set extowner = 10 where extname = 'pg_trgm';

-- case: foreign data wrapper, handler
-- expect: schema | foreign data wrapper fw_handled | definition
create extension file_fdw; create foreign data wrapper fw_handled;
-- plant
alter foreign data wrapper fw_handled handler file_fdw_handler;
-- heal
alter foreign data wrapper fw_handled no handler;

-- case: foreign data wrapper, owner
-- expect: schema | foreign data wrapper fw_owned | owner
create foreign data wrapper fw_owned;
-- plant
update pg_catalog.pg_foreign_data_wrapper set fdwowner = '$keeper'::regrole where fdwname = 'fw_owned';
-- heal
update pg_catalog.pg_foreign_data_wrapper set fdwowner = 'postgres'::regrole where fdwname = 'fw_owned';

-- case: function, kind
-- expect: schema | function public.fn_kind() | kind
create function public.fn_kind() returns int language sql as 'select 1';
-- plant
drop function public.fn_kind(); create procedure public.fn_kind() language sql as 'select 1';
-- heal
drop procedure public.fn_kind(); create function public.fn_kind() returns int language sql as 'select 1';

-- case: function, library
-- expect: schema | function public.fn_library() | library
create function public.fn_library() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
-- plant
update pg_catalog.pg_proc set probin = '$libdir/other' where proname = 'fn_library';
-- heal
update pg_catalog.pg_proc set probin = '$libdir/plpgsql' where proname = 'fn_library';

-- case: function, transforms
-- expect: schema | function public.fn_transform(bigint) | transforms
create transform for bigint language sql (from sql with function prsd_lextype(internal), to sql with function int8recv(internal));
create function public.fn_transform(bigint) returns bigint transform for type bigint language sql as 'select $1';
-- plant
create or replace function public.fn_transform(bigint) returns bigint language sql as 'select $1';
-- heal
create or replace function public.fn_transform(bigint) returns bigint transform for type bigint language sql as 'select $1';

-- case: index, of another table
-- expect: indexes | index public.ix_moved | table
create table public.ix_here (a int); create table public.ix_there (a int); create index ix_moved on public.ix_here (a);
-- plant
drop index public.ix_moved; create index ix_moved on public.ix_there (a);
-- heal
drop index public.ix_moved; create index ix_moved on public.ix_here (a);

-- case: index, tablespace
-- expect: indexes | index public.ix_spaced_a | tablespace
create table public.ix_spaced (a int); create index ix_spaced_a on public.ix_spaced (a);
-- plant
alter index public.ix_spaced_a set tablespace $space;
-- heal
alter index public.ix_spaced_a set tablespace pg_default;

-- case: table, tablespace
-- expect: schema | table public.table_spaced | tablespace
create table public.table_spaced (a int);
-- plant
alter table public.table_spaced set tablespace $space;
-- heal
alter table public.table_spaced set tablespace pg_default;

-- case: materialized view, tablespace
-- expect: schema | view public.mv_spaced | tablespace
create materialized view public.mv_spaced as select 1 as a;
-- plant
alter materialized view public.mv_spaced set tablespace $space;
-- heal
alter materialized view public.mv_spaced set tablespace pg_default;

-- case: table, kind
-- expect: schema | table public.table_kind | kind
create table public.table_kind (a int);
-- plant
drop table public.table_kind; create table public.table_kind (a int) partition by list (a);
-- heal
drop table public.table_kind; create table public.table_kind (a int);

-- case: type, kind
-- expect: schema | type public.ty_kind | kind
create type public.ty_kind as enum ('a');
-- plant
drop type public.ty_kind; create domain public.ty_kind as int;
-- heal
drop domain public.ty_kind; create type public.ty_kind as enum ('a');

-- case: language, handler
-- expect: schema | language la_handled | definition
create language la_handled handler plpgsql_call_handler;
-- plant
create or replace language la_handled handler public.fn_library;
-- heal
create or replace language la_handled handler plpgsql_call_handler;

-- case: language, inline
-- expect: schema | language la_inline | inline
create language la_inline handler plpgsql_call_handler;
-- plant
create or replace language la_inline handler plpgsql_call_handler inline plpgsql_inline_handler;
-- heal
create or replace language la_inline handler plpgsql_call_handler;

-- case: operator, join
-- expect: schema | operator public.=@~(integer, integer) | join
create operator public.=@~ (leftarg = int, rightarg = int, function = public.alike);
-- plant
alter operator public.=@~ (int, int) set (join = eqjoinsel);
-- heal
alter operator public.=@~ (int, int) set (join = none);

-- case: operator, hashes
-- expect: schema | operator public.=@@(integer, integer) | hashes
create operator public.=@@ (leftarg = int, rightarg = int, function = public.alike);
-- plant
drop operator public.=@@ (int, int); create operator public.=@@ (leftarg = int, rightarg = int, function = public.alike, hashes);
-- heal
drop operator public.=@@ (int, int); create operator public.=@@ (leftarg = int, rightarg = int, function = public.alike);

-- case: operator, merges
-- expect: schema | operator public.=@&(integer, integer) | merges
create operator public.=@& (leftarg = int, rightarg = int, function = public.alike);
-- plant
drop operator public.=@& (int, int); create operator public.=@& (leftarg = int, rightarg = int, function = public.alike, merges);
-- heal
drop operator public.=@& (int, int); create operator public.=@& (leftarg = int, rightarg = int, function = public.alike);

-- case: operator, negator
-- expect: schema | operator public.=@%(integer, integer) | negator
-- expect: schema | operator public.<@%(integer, integer) | negator
create operator public.=@% (leftarg = int, rightarg = int, function = public.alike);
create operator public.<@% (leftarg = int, rightarg = int, function = public.alike);
-- plant
drop operator public.=@% (int, int);
create operator public.=@% (leftarg = int, rightarg = int, function = public.alike, negator = operator(public.<@%));
-- heal
drop operator public.=@% (int, int); drop operator public.<@% (int, int);
create operator public.=@% (leftarg = int, rightarg = int, function = public.alike);
create operator public.<@% (leftarg = int, rightarg = int, function = public.alike);

-- case: operator class, family
-- expect: schema | operator class public.oc_moved for btree | family
create operator family public.oc_one using btree; create operator family public.oc_two using btree;
create operator class public.oc_moved for type int using btree family public.oc_one as storage int;
-- plant
drop operator class public.oc_moved using btree;
create operator class public.oc_moved for type int using btree family public.oc_two as storage int;
-- heal
drop operator class public.oc_moved using btree;
create operator class public.oc_moved for type int using btree family public.oc_one as storage int;

-- case: operator class, type
-- expect: schema | operator class public.oc_typed for btree | type
create operator class public.oc_typed for type int using btree family public.oc_one as storage int;
-- plant
drop operator class public.oc_typed using btree;
create operator class public.oc_typed for type bigint using btree family public.oc_one as storage bigint;
-- heal
drop operator class public.oc_typed using btree;
create operator class public.oc_typed for type int using btree family public.oc_one as storage int;

-- case: operator class, what is stored
-- expect: schema | operator class public.oc_stored for gist | stored as
create operator family public.oc_stored_family using gist;
create operator class public.oc_stored for type circle using gist family public.oc_stored_family as storage box;
-- plant
drop operator class public.oc_stored using gist;
create operator class public.oc_stored for type circle using gist family public.oc_stored_family as storage point;
-- heal
drop operator class public.oc_stored using gist;
create operator class public.oc_stored for type circle using gist family public.oc_stored_family as storage box;

-- case: operator class in a family of the server's, functions
-- expect: schema | operator class public.oc_hashed for hash | functions
create function public.oc_hash(circle) returns int language sql immutable as 'select 1';
create operator class public.oc_hashed for type circle using hash family array_ops as operator 1 =(circle, circle);
-- plant
drop operator class public.oc_hashed using hash;
create operator class public.oc_hashed for type circle using hash family array_ops as operator 1 =(circle, circle), function 1 public.oc_hash(circle);
-- heal
drop operator class public.oc_hashed using hash;
create operator class public.oc_hashed for type circle using hash family array_ops as operator 1 =(circle, circle);

-- case: text search parser, comment
-- expect: schema | text search parser public.tp_gone_not | comment
create text search parser public.tp_gone_not (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
-- plant
comment on text search parser public.tp_gone_not is 'x';
-- heal
comment on text search parser public.tp_gone_not is null;

-- case: transform, comment
-- expect: schema | transform bigint in sql | comment
-- plant
comment on transform for bigint language sql is 'x';
-- heal
comment on transform for bigint language sql is null;
