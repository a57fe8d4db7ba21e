//! More tables: without keys, of hostile names, large, of many types, with triggers, with keys of every kind.

use super::chance::Chance;
use super::tables::{Table, rows};

/// No key, and every row several times.
pub(super) fn keyless(at: usize, chance: &mut Chance) -> Table {
    let identity = *chance.pick(&["default", "full", "nothing"]);
    Table::new(
        "create table @t (a bigint, b text, c float8);",
        "create index on @t (a); create index on @t (lower(b)) where c > 0; alter table @t replica identity :identity;",
        "insert into @t select n % 7, 'b' || n % 3, nullif(n % 2, 1) from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where ctid in (select ctid from @t limit 1 + :part)",
            "update @t set b = 'changed' where a = :part % 7",
            "insert into @t select * from @t limit 1 + :part",
        ],
    )
    .with(":identity", identity)
    .with("@t", &format!("faults.d{at}"))
}

/// Names that break whatever is not quoted.
pub(super) fn hostile(_: usize, chance: &mut Chance) -> Table {
    Table::new(
        r#"create table @t ("select" int, "it's" text, "Ünï \ ""c""" text default 'x', "%s{}$1" int,
             constraint "key; drop table x; --" primary key ("select"));"#,
        r#"create unique index "index 'of' ""it""" on @t ("it's", "select");
           comment on index faults."key; drop table x; --" is E'one\ntwo \\ ''three''';
           comment on constraint "key; drop table x; --" on @t is '$$;';
           comment on table @t is 'kept';
           alter table @t add constraint "refers 'to' ""it""" foreign key ("%s{}$1") references @t on delete set null;"#,
        r#"insert into @t select n % 2000000, E'a\tb\\N' || n, case when n % 4 > 0 then 'ä€' end, n % 2000000
           from generate_series(:from, :to) n on conflict do nothing;"#,
        rows(chance),
        &[
            r#"delete from @t where "select" % :parts = :part"#,
            r#"update @t set "Ünï \ ""c""" = 'changed' where "select" % :parts = :part"#,
        ],
    )
    .with("@t", r#"faults."a ""quoted"" name; drop 'x' %s\n{} ä""#)
}

/// Values that are stored beside their rows.
pub(super) fn large(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, body text, raw bytea); alter table @t alter body set storage external;",
        "create index on @t (md5(body));",
        "insert into @t select n, repeat(md5(n::text), 500 + (n % 3000)::int), decode(repeat(md5(n::text), 700), 'hex')
         from generate_series(:from, least(:to, :from + 11)) n;",
        1 + chance.below(12),
        &["delete from @t where id % :parts = :part", "update @t set body = body || 'x' where id % :parts = :part"],
    )
    .with("@t", &format!("faults.l{at}"))
}

/// Types that are made of others.
pub(super) fn typed(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id uuid primary key, mood faults.mood not null, moods faults.mood[], pair faults.pair,
           pairs faults.pair[], ints int[], doc jsonb, span int8range, took interval, bits varbit,
           constraint apart exclude using gist (span with &&));",
        "create index on @t using gin (doc); create index on @t using gin (ints); create index on @t (mood, (doc ->> 'n'));",
        "insert into @t select md5(n::text)::uuid, (enum_range(null::faults.mood))[1 + n % 3],
           array['sad', null]::faults.mood[], row(n % 9, 'a,\"b\"')::faults.pair, array[row(1, null), null]::faults.pair[],
           array[[n % 7, null], [1, 2]], jsonb_build_object('n', n, 'deep', array[1.0, 2.50]), int8range(n * 10, n * 10 + 5),
           make_interval(days => (n % 40)::int), (n % 256)::int::bit(8)
         from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where (doc ->> 'n')::bigint % :parts = :part",
            "update @t set pair = row(1, 'changed') where (doc ->> 'n')::bigint % :parts = :part",
        ],
    )
    .with("@t", &format!("faults.y{at}"))
}

/// A trigger in each state, and some that fire when rows go.
pub(super) fn triggered(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, x text);",
        "create trigger origin before insert or update on @t for each row execute function faults.shout();
         create trigger replica after insert on @t for each row execute function faults.shout();
         alter table @t enable replica trigger replica;
         create trigger always after insert on @t for each statement execute function faults.shout();
         alter table @t enable always trigger always;
         create trigger off after insert on @t for each row execute function faults.shout();
         alter table @t disable trigger off;
         create trigger emptied before truncate on @t for each statement execute function faults.shout();
         alter table @t enable always trigger emptied;
         create trigger \"re'move\" after delete on @t for each row execute function faults.shout();
         alter table @t enable always trigger \"re'move\";
         create index on @t (x);",
        "insert into @t select n, repeat(md5(n::text), 8) from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set x = 'changed' where id % :parts = :part"],
    )
    .with("@t", &format!("faults.g{at}"))
}

/// Keys of every kind, and a table that relies on them.
pub(super) fn keyed(at: usize, chance: &mut Chance) -> Table {
    let more = *chance.pick(&[
        "alter table @t replica identity using index plain_code;",
        "alter table @t cluster on plain_code;",
        "alter index faults.k_expression alter column 1 set statistics 300;",
        "",
    ]);
    Table::new(
        "create table @t (id bigint, code text not null, n bigint, other bigint,
           constraint k_primary primary key (id, code) include (n) with (fillfactor = 80),
           constraint k_deferred unique (n) deferrable initially deferred,
           constraint k_deferrable unique (code, id) deferrable,
           constraint k_nulls unique nulls not distinct (other, id),
           constraint \"k check\" check (n > 0 and faults.has_room(code)));
         create table @t_child (id bigint primary key, k bigint, code text, n text);",
        "create unique index plain_code on @t (code);
         create unique index k_expression on @t (lower(code), n);
         create unique index k_partial on @t (n) where other is null;
         comment on constraint k_deferred on @t is 'deferred';
         comment on constraint \"k check\" on @t is 'checked';
         comment on index faults.k_primary is 'primary';
         comment on index faults.k_partial is 'partial';
         alter table @t_child add foreign key (k, code) references @t match full on delete cascade;
         alter table @t_child add foreign key (n) references @t (code) on delete set null deferrable;
         :more",
        "insert into @t select n, 'c' || n, n, nullif(n % 3, 0) from generate_series(:from, :to) n;
         insert into @t_child select n, n, 'c' || n, 'c' || n from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "delete from @t_child where id % :parts = :part",
            "update @t set other = 1 where id % :parts = :part",
        ],
    )
    .with(":more", more)
    .with("@t", &format!("faults.k{at}"))
}

/// A table and one that inherits from it.
pub(super) fn inherited(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, x text); create table @t_child (y int, primary key (id)) inherits (@t);",
        "create index on @t (x); create index on @t_child (y);",
        "insert into @t select n, md5(n::text) from generate_series(:from, :to) n;
         insert into @t_child select n, md5(n::text), n % 9 from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update only @t set x = 'changed' where id % :parts = :part"],
    )
    .with("@t", &format!("faults.h{at}"))
}

/// A table that a crash of its server empties.
pub(super) fn unlogged(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create unlogged table @t (id bigint primary key, x text);",
        "create index on @t (x);",
        "insert into @t select n, md5(n::text) from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set x = 'changed' where id % :parts = :part"],
    )
    .with("@t", &format!("faults.u{at}"))
}
