-- Collations, conversions, text search, operators, casts.

-- case: collation, extra
-- expect: schema | collation public.co_new | extra
-- plant
create collation public.co_new (provider = libc, locale = 'C');
-- heal
drop collation public.co_new;

-- case: collation, locale
-- expect: schema | collation public.co_locale | locale
create collation public.co_locale (provider = libc, lc_collate = 'C', lc_ctype = 'C');
-- plant
drop collation public.co_locale; create collation public.co_locale (provider = libc, lc_collate = 'POSIX', lc_ctype = 'C');
-- heal
drop collation public.co_locale; create collation public.co_locale (provider = libc, lc_collate = 'C', lc_ctype = 'C');

-- case: collation, ctype
-- expect: schema | collation public.co_ctype | ctype
create collation public.co_ctype (provider = libc, lc_collate = 'C', lc_ctype = 'C');
-- plant
drop collation public.co_ctype; create collation public.co_ctype (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
-- heal
drop collation public.co_ctype; create collation public.co_ctype (provider = libc, lc_collate = 'C', lc_ctype = 'C');

-- case: collation, version
-- expect: schema | collation public.co_version | version
create collation public.co_version (provider = libc, locale = 'C');
-- plant
update pg_catalog.pg_collation set collversion = '2' where collname = 'co_version';
-- heal
update pg_catalog.pg_collation set collversion = null where collname = 'co_version';

-- case: collation, provider
-- since: 17
-- expect: schema | collation public.co_provider | provider
create collation public.co_provider (provider = libc, locale = 'C');
-- plant
drop collation public.co_provider; create collation public.co_provider (provider = builtin, locale = 'C');
-- heal
drop collation public.co_provider; create collation public.co_provider (provider = libc, locale = 'C');

-- case: collation, owner
-- expect: schema | collation public.co_owned | owner
create collation public.co_owned (provider = libc, locale = 'C');
-- plant
alter collation public.co_owned owner to $keeper;
-- heal
alter collation public.co_owned owner to postgres;

-- case: collation, comment
-- expect: schema | collation public.co_told | comment
create collation public.co_told (provider = libc, locale = 'C');
-- plant
comment on collation public.co_told is 'x';
-- heal
comment on collation public.co_told is null;

-- case: conversion, default
-- expect: schema | conversion public.cv_default | default
create conversion public.cv_default for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- plant
drop conversion public.cv_default; create default conversion public.cv_default for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- heal
drop conversion public.cv_default; create conversion public.cv_default for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

-- case: conversion, owner
-- expect: schema | conversion public.cv_owned | owner
create conversion public.cv_owned for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- plant
alter conversion public.cv_owned owner to $keeper;
-- heal
alter conversion public.cv_owned owner to postgres;

-- case: conversion, comment
-- expect: schema | conversion public.cv_told | comment
create conversion public.cv_told for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- plant
comment on conversion public.cv_told is 'x';
-- heal
comment on conversion public.cv_told is null;

-- case: text search parser, missing
-- expect: schema | text search parser public.tp_gone | missing
create text search parser public.tp_gone (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
-- plant
drop text search parser public.tp_gone;
-- heal
create text search parser public.tp_gone (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);

-- case: text search parser, definition
-- expect: schema | text search parser public.tp_defined | definition
create text search parser public.tp_defined (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
-- plant
drop text search parser public.tp_defined;
create text search parser public.tp_defined (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
-- heal
drop text search parser public.tp_defined;
create text search parser public.tp_defined (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);

-- case: text search template, definition
-- expect: schema | text search template public.tt_defined | definition
create text search template public.tt_defined (lexize = dsimple_lexize);
-- plant
drop text search template public.tt_defined; create text search template public.tt_defined (init = dsimple_init, lexize = dsimple_lexize);
-- heal
drop text search template public.tt_defined; create text search template public.tt_defined (lexize = dsimple_lexize);

-- case: text search template, comment
-- expect: schema | text search template public.tt_told | comment
create text search template public.tt_told (lexize = dsimple_lexize);
-- plant
comment on text search template public.tt_told is 'x';
-- heal
comment on text search template public.tt_told is null;

-- case: text search dictionary, template
-- expect: schema | text search dictionary public.td_defined | definition
create text search template public.td_other (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary public.td_defined (template = simple);
-- plant
drop text search dictionary public.td_defined; create text search dictionary public.td_defined (template = public.td_other);
-- heal
drop text search dictionary public.td_defined; create text search dictionary public.td_defined (template = simple);

-- case: text search dictionary, options
-- expect: schema | text search dictionary public.td_options | options
create text search dictionary public.td_options (template = simple);
-- plant
alter text search dictionary public.td_options (accept = false);
-- heal
alter text search dictionary public.td_options (accept);

-- case: text search dictionary, owner
-- expect: schema | text search dictionary public.td_owned | owner
create text search dictionary public.td_owned (template = simple);
-- plant
alter text search dictionary public.td_owned owner to $keeper;
-- heal
alter text search dictionary public.td_owned owner to postgres;

-- case: text search dictionary, comment
-- expect: schema | text search dictionary public.td_told | comment
create text search dictionary public.td_told (template = simple);
-- plant
comment on text search dictionary public.td_told is 'x';
-- heal
comment on text search dictionary public.td_told is null;

-- case: text search configuration, parser
-- expect: schema | text search configuration public.tc_parser | parser
create text search parser public.tc_other (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create text search configuration public.tc_parser (parser = default);
-- plant
drop text search configuration public.tc_parser; create text search configuration public.tc_parser (parser = public.tc_other);
-- heal
drop text search configuration public.tc_parser; create text search configuration public.tc_parser (parser = default);

-- case: text search configuration, mapping
-- expect: schema | text search configuration public.tc_mapped | definition
create text search configuration public.tc_mapped (parser = default);
alter text search configuration public.tc_mapped add mapping for word with simple;
-- plant
alter text search configuration public.tc_mapped alter mapping for word with english_stem;
-- heal
alter text search configuration public.tc_mapped alter mapping for word with simple;

-- case: text search configuration, owner
-- expect: schema | text search configuration public.tc_owned | owner
create text search configuration public.tc_owned (parser = default);
-- plant
alter text search configuration public.tc_owned owner to $keeper;
-- heal
alter text search configuration public.tc_owned owner to postgres;

-- case: text search configuration, comment
-- expect: schema | text search configuration public.tc_told | comment
create text search configuration public.tc_told (parser = default);
-- plant
comment on text search configuration public.tc_told is 'x';
-- heal
comment on text search configuration public.tc_told is null;

-- case: operator, extra
-- expect: schema | operator public.===(integer, integer) | extra
create function public.alike(int, int) returns bool language sql as 'select true';
create function public.alike_too(int, int) returns bool language sql as 'select true';
-- plant
create operator public.=== (leftarg = int, rightarg = int, function = public.alike);
-- heal
drop operator public.=== (int, int);

-- case: operator, function
-- expect: schema | operator public.==@(integer, integer) | definition
create operator public.==@ (leftarg = int, rightarg = int, function = public.alike);
-- plant
drop operator public.==@ (int, int); create operator public.==@ (leftarg = int, rightarg = int, function = public.alike_too);
-- heal
drop operator public.==@ (int, int); create operator public.==@ (leftarg = int, rightarg = int, function = public.alike);

-- case: operator, commutator
-- expect: schema | operator public.==~(integer, integer) | commutator
create operator public.==~ (leftarg = int, rightarg = int, function = public.alike);
-- plant
drop operator public.==~ (int, int); create operator public.==~ (leftarg = int, rightarg = int, function = public.alike, commutator = ==~);
-- heal
drop operator public.==~ (int, int); create operator public.==~ (leftarg = int, rightarg = int, function = public.alike);

-- case: operator, restrict
-- expect: schema | operator public.==%(integer, integer) | restrict
create operator public.==% (leftarg = int, rightarg = int, function = public.alike);
-- plant
alter operator public.==% (int, int) set (restrict = eqsel);
-- heal
alter operator public.==% (int, int) set (restrict = none);

-- case: operator, owner
-- expect: schema | operator public.==&(integer, integer) | owner
create operator public.==& (leftarg = int, rightarg = int, function = public.alike);
-- plant
alter operator public.==& (int, int) owner to $keeper;
-- heal
alter operator public.==& (int, int) owner to postgres;

-- case: operator, comment
-- expect: schema | operator public.==|(integer, integer) | comment
create operator public.==| (leftarg = int, rightarg = int, function = public.alike);
-- plant
comment on operator public.==| (int, int) is 'x';
-- heal
comment on operator public.==| (int, int) is null;

-- case: operator class, extra
-- expect: schema | operator class public.oc_new for btree | extra
create operator family public.oc_empty using btree;
-- plant
create operator class public.oc_new for type int using btree family public.oc_empty as storage int;
-- heal
drop operator class public.oc_new using btree;

-- case: operator class, default
-- expect: schema | operator class public.oc_default for btree | default
create type public.oc_mood as enum ('calm'); create operator family public.oc_default_family using btree;
create operator class public.oc_default for type public.oc_mood using btree family public.oc_default_family as storage public.oc_mood;
-- plant
drop operator class public.oc_default using btree;
create operator class public.oc_default default for type public.oc_mood using btree family public.oc_default_family as storage public.oc_mood;
-- heal
drop operator class public.oc_default using btree;
create operator class public.oc_default for type public.oc_mood using btree family public.oc_default_family as storage public.oc_mood;

-- case: operator class, function
-- expect: schema | operator family public.oc_whole for btree | functions
create function public.oc_compare(int, int) returns int language sql immutable strict as 'select $1 - $2';
create operator class public.oc_whole for type int using btree as function 1 btint4cmp(int, int);
-- plant
drop operator family public.oc_whole using btree;
create operator class public.oc_whole for type int using btree as function 1 public.oc_compare(int, int);
-- heal
drop operator family public.oc_whole using btree;
create operator class public.oc_whole for type int using btree as function 1 btint4cmp(int, int);

-- case: operator class in a family of the server's, operators
-- expect: schema | operator class public.oc_borrowed for btree | operators
create operator class public.oc_borrowed for type circle using btree family array_ops as operator 1 <(circle, circle);
-- plant
alter operator family array_ops using btree add operator 2 <=(circle, circle);
-- heal
drop operator class public.oc_borrowed using btree;
create operator class public.oc_borrowed for type circle using btree family array_ops as operator 1 <(circle, circle);

-- case: operator class, owner
-- expect: schema | operator class public.oc_owned for btree | owner
create operator family public.oc_owned_family using btree;
create operator class public.oc_owned for type int using btree family public.oc_owned_family as storage int;
-- plant
alter operator class public.oc_owned using btree owner to $keeper;
-- heal
alter operator class public.oc_owned using btree owner to postgres;

-- case: operator class, comment
-- expect: schema | operator class public.oc_told for btree | comment
create operator class public.oc_told for type int using btree as function 1 btint4cmp(int, int);
-- plant
comment on operator class public.oc_told using btree is 'x';
-- heal
comment on operator class public.oc_told using btree is null;

-- case: operator family, missing
-- expect: schema | operator family public.of_gone for btree | missing
create operator class public.of_gone for type int using btree as function 1 btint4cmp(int, int);
-- plant
drop operator family public.of_gone using btree;
-- heal
create operator class public.of_gone for type int using btree as function 1 btint4cmp(int, int);

-- case: operator family, operators
-- expect: schema | operator family public.of_more for btree | operators
create operator family public.of_more using btree;
-- plant
alter operator family public.of_more using btree add operator 1 <(int, int);
-- heal
alter operator family public.of_more using btree drop operator 1 (int, int);

-- case: operator family, owner
-- expect: schema | operator family public.of_owned for btree | owner
create operator family public.of_owned using btree;
-- plant
alter operator family public.of_owned using btree owner to $keeper;
-- heal
alter operator family public.of_owned using btree owner to postgres;

-- case: operator family, comment
-- expect: schema | operator family public.of_told for btree | comment
create operator family public.of_told using btree;
-- plant
comment on operator family public.of_told using btree is 'x';
-- heal
comment on operator family public.of_told using btree is null;

-- case: cast, extra
-- expect: schema | cast public.ca_new as text | extra
create type public.ca_new as enum ('a');
-- plant
create cast (public.ca_new as text) with inout;
-- heal
drop cast (public.ca_new as text);

-- case: cast, context
-- expect: schema | cast public.ca_context as text | context
create type public.ca_context as enum ('a'); create cast (public.ca_context as text) with inout;
-- plant
drop cast (public.ca_context as text); create cast (public.ca_context as text) with inout as implicit;
-- heal
drop cast (public.ca_context as text); create cast (public.ca_context as text) with inout;

-- case: cast, function
-- expect: schema | cast public.ca_function as integer | definition
create type public.ca_function as enum ('a');
create function public.ca_one(public.ca_function) returns int language sql immutable as 'select 1';
create function public.ca_two(public.ca_function) returns int language sql immutable as 'select 2';
create cast (public.ca_function as int) with function public.ca_one(public.ca_function);
-- plant
drop cast (public.ca_function as int); create cast (public.ca_function as int) with function public.ca_two(public.ca_function);
-- heal
drop cast (public.ca_function as int); create cast (public.ca_function as int) with function public.ca_one(public.ca_function);

-- case: cast, comment
-- expect: schema | cast public.ca_told as text | comment
create type public.ca_told as enum ('a'); create cast (public.ca_told as text) with inout;
-- plant
comment on cast (public.ca_told as text) is 'x';
-- heal
comment on cast (public.ca_told as text) is null;
