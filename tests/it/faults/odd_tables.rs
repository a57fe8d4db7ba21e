//! Tables that are not alike on both sides, of which not all rows or values are copied, or that are odd otherwise.

use super::chance::Chance;
use super::tables::{Table, rows};

/// Columns in another order, one more and one dropped on the target, domains, and columns that are computed.
pub(super) fn unlike(at: usize, chance: &mut Chance) -> Table {
    const COLUMNS: [&str; 7] = [
        "id bigint generated always as identity (start 5) primary key",
        "code faults.code not null",
        "codes faults.codes",
        "couple faults.couple",
        "note varchar(80)",
        "stored int generated always as (length(note)) stored",
        "computed int generated always as (length(note) * 2) virtual",
    ];
    let mut other = COLUMNS.to_vec();
    other.rotate_left(chance.below(7) as usize);
    other.insert(chance.below(8) as usize, "extra faults.code");
    other.insert(chance.below(9) as usize, "gone text not null");
    Table::new(
        &format!("create table @t ({});", COLUMNS.join(", ")),
        "create index on @t (code, stored);",
        "insert into @t (code, codes, couple, note)
         select 'c' || n % 9, array['a', null, n::text]::faults.code[], row(n % 9, null)::faults.pair, repeat('ä', (n % 80)::int)
         from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set note = 'changed' where id % :parts = :part"],
    )
    .made_there(&format!(
        "create table @t ({}); alter table @t drop column gone; create unique index on @t (extra);",
        other.join(", ")
    ))
    .with("@t", &format!("faults.unlike{at}"))
}

/// Partitioned on the source, and otherwise or not at all on the target.
pub(super) fn divided(at: usize, chance: &mut Chance) -> Table {
    let there = *chance.pick(&[
        "partition by hash (id);
         create table @t_0 partition of @t for values with (modulus 3, remainder 0);
         create table @t_1 partition of @t for values with (modulus 3, remainder 1);
         create table @t_2 partition of @t for values with (modulus 3, remainder 2);",
        "partition by range (id);
         create table @t_low partition of @t for values from (minvalue) to (30) partition by hash (id);
         create table @t_low_all partition of @t_low for values with (modulus 1, remainder 0);
         create table @t_rest partition of @t default;",
        ";",
    ]);
    Table::new(
        "create table @t (id bigint primary key, body text) partition by range (id);
         create table @t_low partition of @t for values from (minvalue) to (100);
         create table @t_rest partition of @t default;",
        "create index on @t (body);",
        "insert into @t select n, repeat(md5(n::text), (n % 9)::int) from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "update @t set body = 'changed' where id % :parts = :part",
            "update @t set id = -id where id % :parts = :part",
        ],
    )
    .made_there(&format!("create table @t (id bigint primary key, body text) {there}"))
    .with("@t", &format!("faults.divided{at}"))
}

/// A table that refers to one that is not copied.
pub(super) fn outsider(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, parent bigint);",
        "alter table @t add foreign key (parent) references outside.parents on delete restrict;
         create index on @t (parent);",
        "insert into @t select n, n % 100 from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set parent = 7 where id % :parts = :part"],
    )
    .with("@t", &format!("faults.outsider{at}"))
}

/// Rules on the target, in each state, that would keep rows in or out; with a key or without.
pub(super) fn ruled(at: usize, chance: &mut Chance) -> Table {
    let (key, refers) =
        *chance.pick(&[("primary key", "alter table @t_child add foreign key (id) references @t;"), ("", "")]);
    Table::new(
        "create table @t (id bigint :key, x text);",
        "create table @t_child (id bigint :key, x text); create index on @t (x); :refers",
        "insert into @t select n, repeat(md5(n::text), 8) from generate_series(:from, :to) n;
         insert into @t_child select n, md5(n::text) from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t_child where id % :parts = :part",
            "update @t set x = 'changed' where id % :parts = :part",
            "update @t_child set x = 'changed' where id % :parts = :part",
        ],
    )
    .made_there(
        "create table @t (id bigint :key, x text);
         create rule stay as on delete to @t do instead nothing;
         alter table @t enable always rule stay;
         create rule \"sta'y\" as on delete to @t where old.id > 5 do instead nothing;
         alter table @t enable replica rule \"sta'y\";
         create rule \"out\" as on insert to @t do instead nothing;
         create rule \"off\" as on update to @t do instead nothing;
         alter table @t disable rule \"off\";",
    )
    .with(":refers", refers)
    .with(":key", key)
    .with("@t", &format!("faults.ruled{at}"))
}

/// As many columns as a table can have.
pub(super) fn wide(at: usize, chance: &mut Chance) -> Table {
    let columns: String = (2..=1600).map(|number| format!(", c{number} smallint")).collect();
    Table::new(
        &format!("create table @t (id bigint primary key{columns});"),
        "create index on @t (c1600, c2);",
        "insert into @t (id, c2, c1599, c1600)
         select n, n % 7, -1, n % 300 from generate_series(:from, least(:to, :from + 40)) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set c800 = id % 9 where id % :parts = :part"],
    )
    .with("@t", &format!("faults.wide{at}"))
}

/// A table of which some rows stay behind, and one whose rows stay behind with those they refer to.
pub(super) fn subset(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, stays boolean not null, x text, unique (id, stays));
         create table @t_child (id bigint primary key, parent bigint, stays boolean not null);",
        "alter table @t_child add foreign key (parent, stays) references @t (id, stays) on update cascade on delete cascade;
         create index on @t_child (parent);",
        "insert into @t select n, n % 3 = 0, md5(n::text) from generate_series(:from, :to) n;
         insert into @t_child select id, id, stays from @t where id between :from and :to;
         insert into @t_child select -id, null, true from @t where id between :from and :to and id % 5 = 0;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "update @t set x = 'changed' where id % :parts = :part",
            "update @t set stays = not stays where id % :parts = :part",
        ],
    )
    .configured("[scope.rows]\n'@t' = 'stays'\n")
    .with("@t", &format!("faults.subset{at}"))
}

/// Values that are replaced on their way.
pub(super) fn masked(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, masked text unique, hidden text);",
        "create index on @t (lower(masked));",
        "insert into @t select n, 'value ' || n, md5(n::text) from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "update @t set hidden = 'changed' where id % :parts = :part",
            "update @t set masked = 'changed ' || id where id % :parts = :part",
        ],
    )
    .configured(
        "[[mask]]\ncolumn = '@t.masked'\nmask = 'sql'\nsql = 'upper({column})'\n\
         [[mask]]\ncolumn = '@t.hidden'\nmask = 'null'\n",
    )
    .with("@t", &format!("faults.masked{at}"))
}

/// So many rows that a table of which few have changed is repaired and not copied again. Its triggers and rules would keep them.
pub(super) fn many(at: usize, chance: &mut Chance) -> Table {
    const TABLES: &str = "create table @t (id bigint primary key, x text);
        create table @t_child (id bigint primary key, parent bigint);";
    Table::new(
        TABLES,
        "create index on @t (x);
         alter table @t_child add foreign key (parent) references @t on delete cascade;
         create trigger remove before delete on @t for each row execute function faults.shout();
         alter table @t enable always trigger remove;",
        "insert into @t select n, md5(n::text) from generate_series(:from, :to) n;
         insert into @t_child select n, n from generate_series(:from, least(:to, :from + 9)) n;",
        4100 + chance.below(1000),
        &[
            "delete from @t where id = (select id from @t order by id limit 1 offset :part)",
            "update @t set x = 'changed' where id = (select id from @t order by id limit 1 offset :part)",
            "insert into @t select max(id) + 1, 'one more' from @t",
        ],
    )
    .made_there(&format!(
        "{TABLES}
         create rule stay as on delete to @t do instead nothing; alter table @t enable always rule stay;"
    ))
    .with("@t", &format!("faults.many{at}"))
}

/// Large objects, which belong to no table.
pub(super) fn large_objects(_: usize, chance: &mut Chance) -> Table {
    Table::new(
        "",
        "",
        "select lo_from_bytea((900000 + n)::oid, convert_to(repeat(md5(n::text), (n % 97 * 9 + n % 40 / 39 * 9000)::int), 'UTF8'))
         from generate_series(:from, least(:to, :from + 11)) n;",
        1 + chance.below(12),
        &[
            "select lo_unlink(oid) from pg_largeobject_metadata where oid::bigint % :parts = :part",
            "select lo_put(oid, 0, 'changed') from pg_largeobject_metadata where oid::bigint % :parts = :part",
        ],
    )
}
