//! Differences of types, views, functions, and kinds that are rarely looked at.

use super::Case;

pub(super) const CODE: &[Case] = &[
    ("schema", "", "create schema made; comment on schema made is 'made'; create table made.t (a int primary key); create function made.f() returns int language sql as 'select 1'; create type made.e as enum ('x'); create table made.u (e made.e default 'x')", ""),
    ("schema extra with all in it", "", "", "create schema gone; create type gone.e as enum ('x'); create table gone.t (a int primary key, e gone.e); create table gone.u (a int references gone.t); create function gone.f(gone.t) returns int language sql as 'select 1'; create view gone.v as select gone.f(t) as f from gone.t; create sequence gone.s; create domain gone.d as int; create collation gone.c from \"C\""),
    ("labels of an enum", "create type app.level as enum ('b', 'd')", "alter type app.level add value 'a' before 'b'; alter type app.level add value 'c' before 'd'; alter type app.level add value 'it''s'", ""),
    ("a label that is used at once", "create type app.state as enum ('on'); create table app.states (s app.state)", "alter type app.state add value 'off'", ""),
    ("label used in a default", "create type app.tone as enum ('low'); create table app.tones (t app.tone)", "alter type app.tone add value 'high'; commit; alter table app.tones alter t set default 'high'", ""),
    ("enum that loses a label", "create type app.unused as enum ('a', 'b'); create function app.of_unused(app.unused) returns app.unused language sql as 'select $1'", "drop function app.of_unused; drop type app.unused; create type app.unused as enum ('b'); create function app.of_unused(app.unused) returns app.unused language sql as 'select $1'", ""),
    ("domain", "create domain app.whole_number as int; create domain app.short as text constraint old check (length(value) < 9) default 'x'; create domain app.rebased as int", "create domain app.added as text collate \"C\" not null default 'd' constraint c1 check (value <> '') constraint c2 check (length(value) < 5); comment on constraint c1 on domain app.added is 'c'; alter domain app.whole_number set not null; alter domain app.whole_number add constraint pos check (value > 0) not valid; alter domain app.short drop default; alter domain app.short drop constraint old; alter domain app.short add constraint new check (length(value) < 7); drop domain app.rebased; create domain app.rebased as bigint", ""),
    ("composite type", "create type app.pair as (one int, two text); create type app.turned as (a int, b int)", "create type app.triple as (x int, y text collate \"C\"); comment on column app.triple.x is 'x'; alter type app.pair add attribute three date, drop attribute two, alter attribute one type bigint; comment on type app.pair is 'pair'; comment on column app.pair.one is 'one'; drop type app.turned; create type app.turned as (b int, a int)", ""),
    ("range", "create type app.span as range (subtype = int)", "create type app.stretch as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = app.stretches); drop type app.span; create type app.span as range (subtype = bigint)", "create type app.extra_range as range (subtype = date)"),
    ("shell type", "", "create type app.shell", ""),
    ("view", "create view app.v_columns as select a, b from app.plain; create view app.v_same as select a from app.plain; create view app.v_above as select a from app.v_columns", "create view app.v_missing with (security_barrier = true, check_option = local) as select id, a from app.plain where b > 0; comment on view app.v_missing is 'v'; comment on column app.v_missing.a is 'a'; alter view app.v_missing alter a set default 'dd';
        drop view app.v_columns cascade; create view app.v_columns as select b, a from app.plain; create view app.v_above as select a from app.v_columns; create or replace view app.v_same as select d as a from app.plain; alter view app.v_same set (security_invoker = true)", "create view app.v_extra_1 as select 1 as one; create view app.v_extra_2 as select one from app.v_extra_1"),
    ("trigger of a view", "create view app.v_written as select id, a from app.plain", "create trigger instead instead of insert on app.v_written for each row execute function app.touch(); create rule by as on delete to app.v_written do instead nothing", ""),
    ("materialized view", "create materialized view app.m_same as select a, b from app.plain; create index m_idx on app.m_same (a); create materialized view app.m_empty as select 1 as one", "create materialized view app.m_missing with (fillfactor = 80) as select b, count(*) as n from app.plain group by b; create unique index on app.m_missing (b); alter materialized view app.m_missing alter n set statistics 12;
        drop materialized view app.m_same; create materialized view app.m_same as select a, b + 1 as b from app.plain; create index m_idx on app.m_same (a); refresh materialized view app.m_empty with no data; alter materialized view app.m_empty set (fillfactor = 60)", "create materialized view app.m_extra as select 1 as one"),
    ("view in place of a table", "", "create view app.switched as select 1 as a", "create table app.switched (a int)"),
    ("function", "create function app.body(a int, b text default 'x') returns int language sql stable as 'select 1'; create function app.result() returns int language sql as 'select 1'; create table app.uses (a int default app.result()); create function app.argued(a int) returns int language sql as 'select 1'",
        "create function app.missing_f(a app.plain, variadic b int[]) returns setof app.plain language plpgsql security definer set search_path = app, pg_temp set work_mem = '8MB' cost 7 rows 9 as $f$ begin return; end $f$; comment on function app.missing_f is 'f';
         create or replace function app.body(a int, b text default 'x') returns int language plpgsql volatile strict parallel safe as $$ begin return 2; -- it's
         end $$; alter table app.uses alter a drop default; drop function app.result(); create function app.result() returns bigint language sql as 'select 2'; alter table app.uses alter a set default app.result();
         drop function app.argued(int); create function app.argued(other int) returns int language sql as 'select 1'", "create function app.extra_f() returns int language sql as 'select 3'"),
    ("function with a body of its own and what it needs", "", "create table app.read (a int); create function app.reads() returns bigint language sql begin atomic select count(*) from app.read; end; create view app.v_reads as select app.reads() as n; create table app.calls (n bigint default app.reads())", ""),
    ("procedure and aggregate", "create procedure app.done(a int) language sql as 'select 1'; create function app.step(int, int) returns int language sql as 'select $1 + $2'; create aggregate app.summed(int) (sfunc = app.step, stype = int, initcond = '1')", "create procedure app.do_it(inout a int) language plpgsql as 'begin a := 1; end'; create aggregate app.added_up(int) (sfunc = app.step, stype = int, initcond = '0', combinefunc = app.step, parallel = safe, msfunc = app.step, minvfunc = app.step, mstype = int); comment on aggregate app.added_up(int) is 'agg'; create aggregate app.counted_all(*) (sfunc = int8inc, stype = bigint, initcond = '0'); drop aggregate app.summed(int); create aggregate app.summed(int) (sfunc = app.step, stype = int, initcond = '2')", "drop procedure app.done(int); create procedure app.done(b int) language sql as 'select 1'; create aggregate app.extra_agg(int) (sfunc = app.step, stype = int)"),
    ("table that takes the place of a view on both", "create view app.chain_1 as select 1 as a; create view app.chain_2 as select a from app.chain_1; create view app.chain_3 as select a from app.chain_2", "drop view app.chain_1 cascade; create view app.chain_1 as select 'x'::text as a; create view app.chain_2 as select a from app.chain_1; create view app.chain_3 as select a from app.chain_2", ""),
];

pub(super) const OTHERS: &[Case] = &[
    (
        "transform",
        "create type app.shaped as enum ('x'); create type app.shapeless as enum ('y')",
        "create transform for app.shaped language plpgsql (from sql with function pg_catalog.varchar_support(internal)); comment on transform for app.shaped language plpgsql is 't'",
        "create transform for app.shapeless language plpgsql (from sql with function pg_catalog.varchar_support(internal))",
    ),
    (
        "rights on what an extension brings, and on the columns of a view",
        "create extension unaccent with schema app; create view app.v_rights as select a from app.plain",
        "revoke execute on function app.unaccent(text) from public; grant select (a) on app.v_rights to public",
        "grant execute on function app.unaccent(text) to pg_monitor",
    ),
    ("extension", "", "create extension hstore with schema app; create table app.with_store (h app.hstore)", ""),
    ("extension extra", "", "", "create extension citext with schema app"),
    (
        "extension in another schema",
        "create extension pg_trgm with schema app",
        "create schema trigrams; alter extension pg_trgm set schema trigrams",
        "",
    ),
    (
        "collation",
        "create collation app.was from \"C\"",
        "create collation app.posix (provider = libc, locale = 'POSIX'); comment on collation app.posix is 'p'; drop collation app.was; create collation app.was (lc_collate = 'C', lc_ctype = 'POSIX')",
        "create collation app.extra from \"C\"",
    ),
    (
        "operator",
        "create function app.alike(int, text) returns bool language sql as 'select true'; create function app.minus(int) returns int language sql as 'select 1'; create operator app.=== (leftarg = int, rightarg = text, function = app.alike); create operator app.!== (leftarg = int, rightarg = text, function = app.alike)",
        "create operator app.<-> (leftarg = int, rightarg = text, function = app.alike, restrict = eqsel, join = eqjoinsel); create operator app.!! (rightarg = int, function = app.minus); comment on operator app.<-> (int, text) is 'o'; alter operator app.=== (int, text) set (restrict = neqsel)",
        "drop operator app.!== (int, text)",
    ),
    (
        "operator class and family",
        "create operator family app.family using btree; create operator family app.shrunk using btree",
        "create operator class app.ints for type int using btree family app.family as operator 1 < , operator 2 <= , operator 3 = , operator 4 >= , operator 5 > , function 1 btint4cmp(int, int); alter operator family app.family using btree add function 1 (int, bigint) btint48cmp(int, bigint); comment on operator class app.ints using btree is 'c'; create index by_class on app.plain (b app.ints)",
        "create operator class app.extra_class for type int using hash as function 1 hashint4(int); alter operator family app.shrunk using btree add function 1 (int, bigint) btint48cmp(int, bigint)",
    ),
    (
        "text search",
        "create text search dictionary app.plain_words (template = simple, accept = false); create text search configuration app.words (copy = simple)",
        "create text search dictionary app.stem (template = snowball, language = english, stopwords = english); comment on text search dictionary app.stem is 'd'; create text search configuration app.english (parser = default); alter text search configuration app.english add mapping for asciiword, word with app.stem, simple; alter text search configuration app.words alter mapping for asciiword with app.stem; alter text search configuration app.words drop mapping for email; alter text search dictionary app.plain_words (accept = true)",
        "create text search configuration app.extra_words (parser = default)",
    ),
    (
        "text search parser and template",
        "",
        "create text search parser app.parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, headline = prsd_headline, lextypes = prsd_lextype); create text search template app.template (init = dsimple_init, lexize = dsimple_lexize); comment on text search parser app.parser is 'p'",
        "create text search template app.extra_template (lexize = dsimple_lexize)",
    ),
    (
        "cast",
        "create type app.kind as enum ('k'); create function app.of_kind(app.kind) returns int language sql as 'select 1'; create cast (app.kind as text) with inout",
        "create cast (app.kind as int) with function app.of_kind(app.kind) as assignment; comment on cast (app.kind as int) is 'c'",
        "drop cast (app.kind as text); create cast (app.kind as text) with inout as implicit; create cast (text as app.kind) with inout",
    ),
    (
        "conversion",
        "create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "create conversion app.other for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; comment on conversion app.other is 'c'; drop conversion app.latin; create default conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "",
    ),
    (
        "language, access method, transform",
        "create trusted language own handler plpgsql_call_handler",
        "create or replace trusted language own handler plpgsql_call_handler validator plpgsql_validator; create access method pile type table handler heap_tableam_handler; create table app.piled (a int) using pile; create language second handler plpgsql_call_handler; comment on language second is 's'",
        "create access method extra_pile type table handler heap_tableam_handler",
    ),
    (
        "event trigger",
        "create function app.watch() returns event_trigger language plpgsql as 'begin end'; create event trigger watched on ddl_command_end execute function app.watch(); alter event trigger watched disable",
        "create event trigger tagged on sql_drop when tag in ('DROP TABLE', 'DROP VIEW') execute function app.watch(); alter event trigger tagged enable always; comment on event trigger tagged is 'e'",
        "alter event trigger watched enable; create event trigger extra_event on ddl_command_start execute function app.watch()",
    ),
    (
        "foreign servers and tables",
        "create foreign data wrapper far options (place 'here'); create server away foreign data wrapper far options (a 'a', b 'b'); create foreign table app.afar (a int) server away options (t '1')",
        "create foreign data wrapper farther options (x 'it''s, \\ x'); create server beyond type 'T' version '2' foreign data wrapper farther options (c 'd'); create foreign table app.abroad (a int options (o 'p'), b text not null default 'b') server beyond options (u 'v'); alter foreign data wrapper far options (set place 'there'); alter server away version '3' options (set a 'z', drop b, add c 'c'); comment on server away is 'away'; alter foreign table app.afar options (set t '2', add s '3'); alter foreign table app.afar alter a options (add q '1'); create user mapping for public server away",
        "create server extra_server foreign data wrapper far; create foreign table app.extra_foreign (a int) server extra_server",
    ),
    (
        "publication",
        "create publication of_plain for table app.plain; create publication of_schema for tables in schema app; create publication turned for table app.plain",
        "create publication everything for all tables with (publish = 'insert, truncate'); create publication chosen for table app.plain (id, a) where (id > 1), app.parent with (publish_via_partition_root = true); comment on publication chosen is 'c'; alter publication of_plain set table app.parent; alter publication of_plain set (publish = 'delete'); alter publication of_schema add table app.plain; drop publication turned; create publication turned for all tables",
        "create publication extra_publication",
    ),
    (
        "extension dependency",
        "create function app.leans() returns int language sql as 'select 1'; create function app.leant() returns int language sql as 'select 1'",
        "alter function app.leans() depends on extension plpgsql",
        "alter function app.leant() depends on extension plpgsql",
    ),
];
