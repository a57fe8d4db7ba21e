-- Functions and types.

-- case: function, extra
-- expect: schema | function public.fn_new(a integer) | extra
-- plant
create function public.fn_new(a int) returns int language sql as 'select a';
-- heal
drop function public.fn_new(int);

-- case: function, missing
-- expect: schema | function public.fn_gone() | missing
create function public.fn_gone() returns int language sql as 'select 1';
-- plant
drop function public.fn_gone();
-- heal
create function public.fn_gone() returns int language sql as 'select 1';

-- case: function, body
-- expect: schema | function public.fn_body() | body
create function public.fn_body() returns int language sql as 'select 1';
-- plant
create or replace function public.fn_body() returns int language sql as 'select 2';
-- heal
create or replace function public.fn_body() returns int language sql as 'select 1';

-- case: function, parsed body
-- expect: schema | function public.fn_parsed() | body
create function public.fn_parsed() returns int return 1;
-- plant
create or replace function public.fn_parsed() returns int return 2;
-- heal
create or replace function public.fn_parsed() returns int return 1;

-- case: procedure, body
-- expect: schema | function public.fn_procedure() | body
create procedure public.fn_procedure() language sql as 'select 1';
-- plant
create or replace procedure public.fn_procedure() language sql as 'select 2';
-- heal
create or replace procedure public.fn_procedure() language sql as 'select 1';

-- case: function, result
-- expect: schema | function public.fn_result() | result
create function public.fn_result() returns int language sql as 'select 1';
-- plant
drop function public.fn_result(); create function public.fn_result() returns bigint language sql as 'select 1';
-- heal
drop function public.fn_result(); create function public.fn_result() returns int language sql as 'select 1';

-- case: function, default of an argument
-- expect: schema | function public.fn_default(a integer) | arguments
create function public.fn_default(a int default 1) returns int language sql as 'select 1';
-- plant
create or replace function public.fn_default(a int default 2) returns int language sql as 'select 1';
-- heal
create or replace function public.fn_default(a int default 1) returns int language sql as 'select 1';

-- case: function, language
-- expect: schema | function public.fn_language() | language
create function public.fn_language() returns void language sql as 'begin; end';
-- plant
set check_function_bodies = off; create or replace function public.fn_language() returns void language plpgsql as 'begin; end';
-- heal
set check_function_bodies = off; create or replace function public.fn_language() returns void language sql as 'begin; end';

-- case: function, security
-- expect: schema | function public.fn_security() | security
create function public.fn_security() returns int language sql as 'select 1';
-- plant
alter function public.fn_security() security definer;
-- heal
alter function public.fn_security() security invoker;

-- case: function, search_path
-- expect: schema | function public.fn_path() | settings
create function public.fn_path() returns int language sql set search_path = '' as 'select 1';
-- plant
alter function public.fn_path() set search_path = public;
-- heal
alter function public.fn_path() set search_path = '';

-- case: function, volatility
-- expect: schema | function public.fn_volatile() | volatility
create function public.fn_volatile() returns int language sql as 'select 1';
-- plant
alter function public.fn_volatile() immutable;
-- heal
alter function public.fn_volatile() volatile;

-- case: function, owner
-- expect: schema | function public.fn_owned() | owner
create function public.fn_owned() returns int language sql as 'select 1';
-- plant
alter function public.fn_owned() owner to $keeper;
-- heal
alter function public.fn_owned() owner to postgres;

-- case: function, parallel
-- expect: schema | function public.fn_parallel() | parallel
create function public.fn_parallel() returns int language sql as 'select 1';
-- plant
alter function public.fn_parallel() parallel safe;
-- heal
alter function public.fn_parallel() parallel unsafe;

-- case: function, strict
-- expect: schema | function public.fn_strict() | strict
create function public.fn_strict() returns int language sql as 'select 1';
-- plant
alter function public.fn_strict() strict;
-- heal
alter function public.fn_strict() called on null input;

-- case: function, leakproof
-- expect: schema | function public.fn_tight() | leakproof
create function public.fn_tight() returns int language sql as 'select 1';
-- plant
alter function public.fn_tight() leakproof;
-- heal
alter function public.fn_tight() not leakproof;

-- case: function, cost
-- expect: schema | function public.fn_cost() | cost
create function public.fn_cost() returns int language sql as 'select 1';
-- plant
alter function public.fn_cost() cost 7;
-- heal
alter function public.fn_cost() cost 100;

-- case: function, rows
-- expect: schema | function public.fn_rows() | rows
create function public.fn_rows() returns setof int language sql as 'select 1';
-- plant
alter function public.fn_rows() rows 7;
-- heal
alter function public.fn_rows() rows 1000;

-- case: function, support
-- expect: schema | function public.fn_support(integer, integer) | support
create function public.fn_support(int, int) returns bool language sql as 'select true';
-- plant
alter function public.fn_support(int, int) support generate_series_int4_support;
-- heal
create or replace function public.fn_support(int, int) returns bool language sql as 'select true';

-- case: function, comment
-- expect: schema | function public.fn_told() | comment
create function public.fn_told() returns int language sql as 'select 1';
-- plant
comment on function public.fn_told() is 'x';
-- heal
comment on function public.fn_told() is null;

-- case: aggregate, start
-- expect: schema | function public.ag_start(integer) | aggregate
create aggregate public.ag_start(int) (sfunc = int4pl, stype = int, initcond = '0');
-- plant
create or replace aggregate public.ag_start(int) (sfunc = int4pl, stype = int, initcond = '1');
-- heal
create or replace aggregate public.ag_start(int) (sfunc = int4pl, stype = int, initcond = '0');

-- case: aggregate, combine function
-- expect: schema | function public.ag_combine(integer) | aggregate details
create aggregate public.ag_combine(int) (sfunc = int4pl, stype = int);
-- plant
create or replace aggregate public.ag_combine(int) (sfunc = int4pl, stype = int, combinefunc = int4pl);
-- heal
create or replace aggregate public.ag_combine(int) (sfunc = int4pl, stype = int);

-- case: enum, label
-- expect: schema | type public.en_more | labels
create type public.en_more as enum ('a', 'b');
-- plant
alter type public.en_more rename value 'b' to 'c';
-- heal
alter type public.en_more rename value 'c' to 'b';

-- case: enum, order of labels
-- expect: schema | type public.en_order | labels
create type public.en_order as enum ('a', 'b');
-- plant
drop type public.en_order; create type public.en_order as enum ('b', 'a');
-- heal
drop type public.en_order; create type public.en_order as enum ('a', 'b');

-- case: type, missing
-- expect: schema | type public.ty_gone | missing
create type public.ty_gone as enum ('a');
-- plant
drop type public.ty_gone;
-- heal
create type public.ty_gone as enum ('a');

-- case: type, owner
-- expect: schema | type public.ty_owned | owner
create type public.ty_owned as enum ('a');
-- plant
alter type public.ty_owned owner to $keeper;
-- heal
alter type public.ty_owned owner to postgres;

-- case: type, comment
-- expect: schema | type public.ty_told | comment
create type public.ty_told as enum ('a');
-- plant
comment on type public.ty_told is 'x';
-- heal
comment on type public.ty_told is null;

-- case: composite type, attributes
-- expect: schema | type public.ty_pair | attributes
create type public.ty_pair as (a int, b text);
-- plant
alter type public.ty_pair alter attribute b type varchar(5);
-- heal
alter type public.ty_pair alter attribute b type text;

-- case: range type, subtype
-- expect: schema | type public.ty_range | range
-- expect: schema | type public.ty_range | subtype
create type public.ty_range as range (subtype = int4);
-- plant
drop type public.ty_range; create type public.ty_range as range (subtype = int8);
-- heal
drop type public.ty_range; create type public.ty_range as range (subtype = int4);

-- case: base type, storage
-- expect: schema | type public.ty_base | functions
create type public.ty_base;
create function public.ty_base_in(cstring) returns public.ty_base language internal immutable strict as 'textin';
create function public.ty_base_out(public.ty_base) returns cstring language internal immutable strict as 'textout';
create type public.ty_base (input = public.ty_base_in, output = public.ty_base_out, like = text);
-- plant
alter type public.ty_base set (storage = external);
-- heal
alter type public.ty_base set (storage = extended);

-- case: domain, base type
-- expect: schema | type public.do_base | base type
create domain public.do_base as varchar(5);
-- plant
drop domain public.do_base; create domain public.do_base as varchar(6);
-- heal
drop domain public.do_base; create domain public.do_base as varchar(5);

-- case: domain, constraint
-- expect: schema | type public.do_checked | checks
create domain public.do_checked as int constraint positive check (value > 0);
-- plant
alter domain public.do_checked drop constraint positive; alter domain public.do_checked add constraint positive check (value > 1);
-- heal
alter domain public.do_checked drop constraint positive; alter domain public.do_checked add constraint positive check (value > 0);

-- case: domain, nullability
-- expect: schema | type public.do_null | not null
create domain public.do_null as int;
-- plant
alter domain public.do_null set not null;
-- heal
alter domain public.do_null drop not null;

-- case: domain, default
-- expect: schema | type public.do_default | default
create domain public.do_default as int default 1;
-- plant
alter domain public.do_default set default 2;
-- heal
alter domain public.do_default set default 1;

-- case: domain, collation
-- expect: schema | type public.do_collated | collation
create domain public.do_collated as text;
-- plant
drop domain public.do_collated; create domain public.do_collated as text collate "C";
-- heal
drop domain public.do_collated; create domain public.do_collated as text;
