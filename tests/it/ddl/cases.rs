//! Differences of tables, columns, constraints, indexes, sequences, triggers, rules and policies.

use super::Case;

/// What every case may use.
pub(super) const BASE: &str = "
create schema app;
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create table app.parent (id int primary key, code text unique);
create table app.plain (id int primary key, a text, b int, c int, d text);
create table app.divided (id int, at date, note text) partition by range (at);
create table app.divided_1 partition of app.divided for values from ('2025-01-01') to ('2025-02-01');
insert into app.plain values (1, 'x', 2, 3, 'y'); insert into app.parent values (1, 'one');
";

pub(super) const TABLES: &[Case] = &[
    (
        "table missing, with all that hangs on it",
        "",
        "create sequence app.counted start 7 increment 3;
         create type app.mood as enum ('calm', 'angry');
         create function app.fresh() returns int language sql as 'select 1';
         create table app.whole (
           id bigint generated always as identity (start with 5) primary key, serial_id serial, n int default nextval('app.counted'),
           mood app.mood not null default 'calm', parent_id int references app.parent on delete cascade deferrable initially deferred,
           amount numeric(10, 2) check (amount > 0), doubled numeric generated always as (amount * 2) stored, f int default app.fresh(),
           tags text[] not null default '{}', unique (serial_id, mood), exclude using btree (n with =)) with (fillfactor = 70);
         create index on app.whole (amount) where amount > 1;
         create index lowered on app.whole (lower(tags[1])) with (fillfactor = 80);
         create statistics app.together on serial_id, amount from app.whole;
         create trigger touch before update on app.whole for each row execute function app.touch();
         alter table app.whole disable trigger touch;
         create rule quiet as on delete to app.whole do instead nothing;
         alter table app.whole enable row level security, force row level security;
         create policy own on app.whole for select to public using (amount > 1);
         create policy put on app.whole as restrictive for insert with check (amount < 5);
         comment on table app.whole is 'it''s \\ whole'; comment on column app.whole.n is 'counted';
         comment on policy own on app.whole is 'mine'; comment on trigger touch on app.whole is 't'; comment on rule quiet on app.whole is 'r';
         comment on constraint whole_pkey on app.whole is 'key'; comment on index app.lowered is 'low';
         alter table app.whole alter tags set storage external, alter amount set statistics 50, alter amount set (n_distinct = 5);
         alter table app.whole replica identity full; alter table app.whole cluster on lowered;
         alter index app.lowered alter column 1 set statistics 40;
         create view app.of_whole with (security_invoker = true) as select id, mood from app.whole;
         create materialized view app.filled as select mood, count(*) as n from app.of_whole group by mood;
         create unique index on app.filled (mood);
         grant select on app.whole to public; grant update (n) on app.whole to public; grant select on app.of_whole to pg_monitor with grant option",
        "",
    ),
    ("table extra", "", "", "create table app.extra (id int primary key); create table app.extra_2 (id int references app.extra); create view app.of_extra as select * from app.extra"),
    ("tables extra that lead to each other", "", "", "create table app.one (id int primary key, o int); create table app.two (id int primary key, o int references app.one); alter table app.one add foreign key (o) references app.two"),
    (
        "partitioned table missing",
        "",
        "create table app.parts (id int, at date not null, note text default 'n', primary key (id, at)) partition by range (at);
         create table app.parts_1 partition of app.parts for values from ('2025-01-01') to ('2025-02-01') partition by hash (id);
         create table app.parts_1_0 partition of app.parts_1 for values with (modulus 2, remainder 0);
         create table app.parts_1_1 partition of app.parts_1 for values with (modulus 2, remainder 1);
         create table app.parts_rest partition of app.parts default;
         alter table app.parts_rest alter note set default 'rest';
         create index on app.parts (note); alter table app.parts add check (id > 0); alter table app.parts add foreign key (id) references app.parent;
         create trigger touch before update on app.parts for each row execute function app.touch()",
        "",
    ),
    ("partition missing", "create index on app.divided (note); alter table app.divided add constraint d_pkey primary key (id, at)", "create table app.divided_2 partition of app.divided for values from ('2025-02-01') to ('2025-03-01'); alter index app.divided_2_note_idx rename to odd", ""),
    ("partition extra", "", "", "create table app.divided_3 partition of app.divided for values from ('2025-03-01') to ('2025-04-01')"),
    ("partition bound", "create table app.divided_4 partition of app.divided for values from ('2025-04-01') to ('2025-05-01')", "", "alter table app.divided detach partition app.divided_4; alter table app.divided attach partition app.divided_4 for values from ('2025-04-01') to ('2025-04-15')"),
    ("partition detached", "create table app.divided_5 partition of app.divided for values from ('2025-05-01') to ('2025-06-01')", "", "alter table app.divided detach partition app.divided_5"),
    ("index and constraint of a partitioned table", "", "create index again on app.divided (note, id); alter table app.divided add constraint note_short check (length(note) < 100); alter table app.divided add constraint to_parent foreign key (id) references app.parent", ""),
    ("index and constraint of a partitioned table extra", "", "", "create index gone on app.divided (id); alter table app.divided add constraint id_small check (id < 100)"),
    ("inheritance", "create table app.root (a int, b text default 'b'); create table app.leaf (c int) inherits (app.root)", "create table app.leaf_2 (d int) inherits (app.root); alter table app.leaf_2 alter b set default 'leaf'; create table app.loose (a int, b text); alter table app.loose inherit app.root", "create table app.loose (a int, b text)"),
    ("persistence and options", "create table app.kept (a int, b text)", "alter table app.kept set unlogged; alter table app.kept set (fillfactor = 60, autovacuum_enabled = off, toast.autovacuum_enabled = off)", "alter table app.kept set (fillfactor = 70, parallel_workers = 2)"),
    ("replica identity", "create table app.replicated (id int not null, n int not null); create unique index by_n on app.replicated (n)", "alter table app.replicated replica identity using index by_n", "alter table app.replicated replica identity full"),
    ("table of a type", "create type app.row_type as (a int, b text)", "create table app.of_type of app.row_type; create table app.typed of app.row_type", "create table app.typed (a int, b text)"),
    ("comment of a table", "", "comment on table app.plain is 'plain'", "comment on table app.parent is 'gone'"),
    ("index missing, extra and another", "create index other on app.plain (a)", "create index missing on app.plain (b) include (c); drop index app.other; create unique index other on app.plain (a) where b > 0", "create index extra_index on app.plain (d)"),
    ("index renamed", "", "create index old_name on app.plain (c, d)", "create index new_name on app.plain (c, d)"),
    ("index options, clustering, comment", "create index tuned on app.plain (b, c)", "alter index app.tuned set (fillfactor = 50); alter table app.plain cluster on tuned; comment on index app.tuned is 'tuned'", ""),
    ("options of a key's index", "", "alter index app.plain_pkey set (fillfactor = 55)", ""),
    ("index invalid", "create index broken on app.plain (d, a)", "", "update pg_index set indisvalid = false where indexrelid = 'app.broken'::regclass"),
    ("statistics object", "create statistics app.stat on a, b from app.plain; create statistics app.both on b, c from app.plain", "drop statistics app.stat; create statistics app.stat (ndistinct) on a, d from app.plain; alter statistics app.both set statistics 77; comment on statistics app.both is 'b'", "create statistics app.gone on c, d from app.plain"),
    ("sequence missing, extra, altered", "create sequence app.altered", "create sequence app.missing_sequence as smallint increment -2 minvalue -50 maxvalue -1 start -3 cache 4 cycle; alter sequence app.altered increment 9 maxvalue 900 start 3 cycle; comment on sequence app.altered is 's'", "create sequence app.gone_sequence"),
    ("sequence owned by a column", "create sequence app.owned; create sequence app.freed", "alter sequence app.owned owned by app.plain.b", "alter sequence app.freed owned by app.plain.c"),
    ("sequence unlogged", "create sequence app.logged", "alter sequence app.logged set unlogged", ""),
    ("trigger missing, extra, another, off", "create trigger t_other before insert on app.plain for each row execute function app.touch(); create trigger t_off after insert on app.plain for each row execute function app.touch()", "create trigger t_missing before update of a on app.plain for each row when (new.b > 1) execute function app.touch(); drop trigger t_other on app.plain; create trigger t_other before delete on app.plain for each statement execute function app.touch(); alter table app.plain enable always trigger t_off", "create trigger t_extra before insert on app.plain for each row execute function app.touch(); alter table app.plain disable trigger t_off"),
    ("constraint trigger", "", "create constraint trigger late after insert on app.plain deferrable initially deferred for each row execute function app.touch()", ""),
    ("trigger of a partition off", "create trigger parted before insert on app.divided for each row execute function app.touch()", "alter table app.divided_1 disable trigger parted", ""),
    ("rule missing, extra, another, off", "create rule r_other as on update to app.parent do also select 1; create rule r_off as on insert to app.parent do also select 1", "create rule r_missing as on delete to app.parent do instead nothing; create or replace rule r_other as on update to app.parent do also select 2; alter table app.parent disable rule r_off", "create rule r_extra as on insert to app.parent do also select 3"),
    ("row security", "create table app.open (a int); create table app.closed (a int)", "alter table app.open enable row level security, force row level security", "alter table app.closed enable row level security, force row level security"),
    (
        "policies",
        "create policy p_using on app.plain using (b > 0); create policy p_command on app.plain for select using (true);
         create policy p_roles on app.plain to public using (true); create policy p_check on app.plain with check (b > 0)",
        "create policy p_missing on app.plain as restrictive for update to pg_monitor, public using (b = 1) with check (b = 2); alter policy p_using on app.plain using (b > 5);
         drop policy p_command on app.plain; create policy p_command on app.plain for delete using (true); alter policy p_roles on app.plain to pg_monitor;
         drop policy p_check on app.plain; create policy p_check on app.plain using (b > 0)",
        "create policy p_extra on app.plain for all using (true); comment on policy p_using on app.plain is 'gone'",
    ),
];

pub(super) const COLUMNS: &[Case] = &[
    ("column missing", "", "alter table app.plain add e text collate \"C\" not null default 'e', add f numeric(8, 3); comment on column app.plain.f is 'f'", ""),
    ("column extra", "create view app.v_extra as select a from app.plain", "", "alter table app.plain add gone int; create index on app.plain (gone); create or replace view app.v_extra as select a, gone from app.plain"),
    ("column of a partitioned table", "", "alter table app.divided add more text not null default 'm'", "alter table app.divided add less int"),
    ("type, with what stands on it", "create table app.retyped (id int primary key, n int default 3 check (n > 0), t text, k int references app.parent); insert into app.retyped values (1, 2, '5', null);
        create view app.v_retyped as select n, t from app.retyped; create view app.v_on_view as select n from app.v_retyped; create materialized view app.m_retyped as select n from app.v_on_view;
        create index on app.retyped (n) where n > 1; create policy p on app.retyped using (n = 1); create trigger touch before update of n on app.retyped for each row when (new.n > 1) execute function app.touch();
        grant select on app.v_retyped to public; comment on view app.v_on_view is 'on'; create unique index on app.m_retyped (n)",
        "", "drop view app.v_retyped cascade; drop policy p on app.retyped; drop trigger touch on app.retyped; alter table app.retyped alter n type bigint, alter t type varchar(20);
        create view app.v_retyped as select n, t from app.retyped; create view app.v_on_view as select n from app.v_retyped; create materialized view app.m_retyped as select n from app.v_on_view;
        create policy p on app.retyped using (n = 1); create trigger touch before update of n on app.retyped for each row when (new.n > 1) execute function app.touch();
        grant select on app.v_retyped to public; comment on view app.v_on_view is 'on'; create unique index on app.m_retyped (n)"),
    ("type that has no cast of its own", "create table app.uncast (a text default '1', b text); insert into app.uncast values ('2', '3')", "alter table app.uncast alter a drop default, alter a type int using a::int, alter a set default 4", ""),
    ("types of both ends of a foreign key", "create table app.end_1 (id int primary key); create table app.end_2 (id int references app.end_1); insert into app.end_1 values (1)", "alter table app.end_2 drop constraint end_2_id_fkey; alter table app.end_1 alter id type text; alter table app.end_2 alter id type text; alter table app.end_2 add foreign key (id) references app.end_1", ""),
    ("collation of a column", "create table app.sorted (a text)", "alter table app.sorted alter a type text collate \"C\"", ""),
    ("not null", "create table app.filled_in (a int, b int not null, c int)", "alter table app.filled_in alter a set not null", "alter table app.filled_in alter c set not null; alter table app.filled_in alter b drop not null"),
    ("default", "create table app.defaults (a int default 1, b int, c int default 2)", "alter table app.defaults alter a set default 5, alter b set default 6", "alter table app.defaults alter c drop default, alter b drop default, alter a drop default; alter table app.defaults alter b set default 7"),
    ("default extra", "create table app.default_extra (a int)", "", "create function app.made() returns int language sql as 'select 2'; alter table app.default_extra alter a set default app.made()"),
    ("identity added, altered, dropped", "create table app.identities (a int not null, b int generated always as identity, c int generated by default as identity)", "alter table app.identities alter a add generated by default as identity, alter b set generated by default", "alter table app.identities alter c drop identity"),
    ("identity in place of serial", "", "create table app.numbered (id int generated always as identity primary key)", "create table app.numbered (id serial primary key)"),
    ("serial in place of identity", "", "create table app.serial (id serial primary key)", "create table app.serial (id int generated by default as identity primary key)"),
    ("storage, statistics, options, compression, comment", "create table app.stored (a text, b text, c text)", "alter table app.stored alter a set storage external, alter b set statistics 33, alter c set (n_distinct = 0.5), alter b set compression pglz; comment on column app.stored.a is 'a'", "alter table app.stored alter a set statistics 44, alter b set (n_distinct = 3), alter c set storage main; comment on column app.stored.c is 'c'"),
    ("generated column becomes ordinary", "create table app.ordinary (a int, b int generated always as (a + 1) stored)", "alter table app.ordinary alter b drop expression", ""),
    ("key missing and extra", "create table app.keyless (a int not null, b int not null); create table app.keyed (a int not null, b int not null)", "alter table app.keyless add constraint k primary key (a) include (b); alter table app.keyless add constraint u unique nulls not distinct (b) deferrable", "alter table app.keyed add primary key (a); alter table app.keyed add unique (b)"),
    ("key another, with a foreign key to it", "create table app.keyed_by (a int not null, b int not null, constraint kb primary key (a)); create table app.leads (a int constraint to_kb references app.keyed_by)", "alter table app.leads drop constraint to_kb; alter table app.keyed_by drop constraint kb, add constraint kb primary key (b); alter table app.leads add constraint to_kb foreign key (a) references app.keyed_by", ""),
    ("check missing, extra, another, not valid", "create table app.checked (a int constraint other check (a > 0), b int)", "alter table app.checked add constraint missing check (b > 1) no inherit; alter table app.checked drop constraint other, add constraint other check (a > 10); alter table app.checked add constraint later check (b < 9) not valid", "alter table app.checked add constraint extra check (a < 100); alter table app.checked add constraint later check (b < 9)"),
    ("check validated", "create table app.validated (a int); alter table app.validated add constraint v check (a > 0) not valid", "alter table app.validated validate constraint v", ""),
    ("foreign key missing, extra, deferrable", "create table app.children (a int, b int, c int); alter table app.children add constraint f_later foreign key (c) references app.parent", "alter table app.children add constraint f_missing foreign key (a) references app.parent match full on update set null on delete set default; alter table app.children alter constraint f_later deferrable initially deferred", "alter table app.children add constraint f_extra foreign key (b) references app.parent"),
    ("foreign key switched off", "create table app.unenforced (a int); alter table app.unenforced add constraint f_off foreign key (a) references app.parent", "", "alter table app.unenforced disable trigger all"),
    ("constraint renamed and commented", "create table app.renamed (a int); alter table app.renamed add constraint stays check (a > 0)", "alter table app.renamed add constraint new_name check (a < 5); comment on constraint stays on app.renamed is 'stays'", "alter table app.renamed add constraint old_name check (a < 5)"),
    ("exclusion", "create table app.excluded (a int, b int)", "alter table app.excluded add constraint ex exclude using btree (a with =) where (b > 0)", ""),
];
