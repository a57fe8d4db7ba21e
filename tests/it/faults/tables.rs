//! The tables a random schema is made of. Rows are made of their numbers by the server.

use super::chance::Chance;

/// A table, or a few that belong together.
pub(super) struct Table {
    /// The statements that make it, on the source and on the target.
    pub(super) create: [String; 2],
    /// What is made once all tables are there: foreign keys, indexes, comments, triggers.
    pub(super) after: String,
    /// Puts in the rows with the numbers `:from` to `:to`.
    insert: String,
    /// How many rows it begins with.
    pub(super) rows: u64,
    /// Statements that change every `:parts`-th of its rows.
    pub(super) changes: Vec<String>,
    /// What of the configuration it needs.
    pub(super) config: String,
}

impl Table {
    pub(super) fn new(create: &str, after: &str, insert: &str, rows: u64, changes: &[&str]) -> Self {
        let changes = changes.iter().map(|&change| change.to_owned()).collect();
        let create = [create.into(), create.into()];
        Self { create, after: after.into(), insert: insert.into(), rows, changes, config: String::new() }
    }

    /// The same made otherwise on the target.
    pub(super) fn made_there(mut self, create: &str) -> Self {
        self.create[1] = create.into();
        self
    }

    /// The same with so much more in the configuration.
    pub(super) fn configured(mut self, config: &str) -> Self {
        self.config = config.into();
        self
    }

    /// The same with a word replaced everywhere.
    pub(super) fn with(mut self, word: &str, by: &str) -> Self {
        let texts = [&mut self.after, &mut self.insert, &mut self.config].into_iter();
        texts.chain(&mut self.create).chain(&mut self.changes).for_each(|text| *text = text.replace(word, by));
        self
    }

    pub(super) fn insert(&self, from: u64, to: u64) -> String {
        self.insert.replace(":from", &from.to_string()).replace(":to", &to.to_string())
    }
}

/// Mostly some hundred rows, now and then few or none.
pub(super) fn rows(chance: &mut Chance) -> u64 {
    match chance.below(5) {
        0 => chance.below(3),
        1 => chance.below(30),
        _ => 50 + chance.below(500),
    }
}

pub(super) use super::more_tables::{hostile, inherited, keyed, keyless, large, triggered, typed, unlogged};
pub(super) use super::odd_tables::{divided, large_objects, many, masked, outsider, ruled, subset, unlike, wide};

/// A table with an identity, a generated column, indexes, a parent and a reference to itself.
pub(super) fn plain(at: usize, parent: Option<usize>, chance: &mut Chance) -> Table {
    let identity = if chance.one_in(2) { "always" } else { "by default" };
    let deferred = if chance.one_in(3) { "deferrable initially deferred" } else { "" };
    let parent_key = match parent {
        Some(parent) => format!(
            "alter table @t add constraint \"of parent\" foreign key (parent) references faults.t{parent}
               on update cascade on delete cascade {deferred};
             comment on constraint \"of parent\" on @t is 'it''s \\ a parent';"
        ),
        None => String::new(),
    };
    let parents = parent.map_or("select null::bigint[] as ids".to_owned(), |parent| {
        format!("select array_agg(id order by id) as ids from faults.t{parent}")
    });
    let after = format!(
        "{parent_key}
         alter table @t add foreign key (self) references @t on update cascade on delete set null;
         create index on @t (note);
         create index \"some of @n\" on @t (at desc nulls last) where flag;
         create index on @t (lower(note), (amount + 1)) with (fillfactor = 70);
         comment on index faults.\"some of @n\" is 'those ''flagged''';"
    );
    Table::new(
        "create table @t (
           id bigint generated :identity as identity primary key, parent bigint, self bigint, note text,
           amount numeric(12, 2), at timestamptz, flag boolean not null default false,
           doubled numeric generated always as (amount * 2) stored, check (amount > -1000), check (faults.has_room(note)));",
        &after,
        "with parents as (:parents)
         insert into @t (parent, self, note, amount, at, flag)
         select parents.ids[1 + n % cardinality(parents.ids)], null, repeat(md5(n::text), (n % 20)::int), n % 1000,
                to_timestamp(n), n % 3 = 0
         from generate_series(:from, :to) n, parents;
         update @t t set self = (select min(s.id) from @t s where s.id >= t.id - 5) where id % 2 = 0 and self is null;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "update @t set note = 'changed ' || id where id % :parts = :part",
            "update @t set amount = amount + 1, flag = not flag where id % :parts = :part",
            "update @t set self = null where id % :parts = :part",
        ],
    )
    .with(":parents", &parents)
    .with(":identity", identity)
    .with("@n", &at.to_string())
    .with("@t", &format!("faults.t{at}"))
}

/// Two tables that refer to each other, which is checked at once or later.
pub(super) fn cycle(at: usize, chance: &mut Chance) -> Table {
    let when = *chance.pick(&["", "deferrable", "deferrable initially deferred"]);
    Table::new(
        "create table @a (id bigint primary key, b bigint, x text);
         create table @b (id bigint primary key, a bigint references @a on delete cascade, x text unique);",
        "alter table @a add constraint back foreign key (b) references @b on delete set null :when;",
        "insert into @a select n, null, md5(n::text) from generate_series(:from, :to) n;
         insert into @b select n, n, md5(n::text) from generate_series(:from, :to) n;
         update @a set b = id where id between :from and :to;",
        rows(chance),
        &[
            "delete from @b where id % :parts = :part",
            "delete from @a where id % :parts = :part",
            "update @a set x = 'changed' where id % :parts = :part",
        ],
    )
    .with(":when", when)
    .with("@a", &format!("faults.a{at}"))
    .with("@b", &format!("faults.b{at}"))
}

/// A table with a vector index.
pub(super) fn vectors(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id serial primary key, e public.vector(8), label text);",
        "create index on @t using hnsw (e public.vector_l2_ops) with (m = 8);
         create index on @t using hnsw ((e::public.halfvec(8)) public.halfvec_cosine_ops) where label is not null;",
        "insert into @t (e, label)
         select array(select sin(n * x) from generate_series(1, 8) x)::public.vector, nullif(md5(n::text), md5('3'))
         from generate_series(:from, :to) n;",
        rows(chance),
        &["delete from @t where id % :parts = :part", "update @t set label = 'changed' where id % :parts = :part"],
    )
    .with("@t", &format!("faults.v{at}"))
}

/// A partitioned table that refers to a plain one.
pub(super) fn partitioned(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, region text not null, body text, t0 bigint) partition by range (id);
         create table @t_low partition of @t for values from (minvalue) to (100);
         create table @t_next partition of @t for values from (100) to (200);
         create table @t_rest partition of @t default;",
        "create index on @t (region);
         create index on @t_low (lower(body));
         alter table @t add foreign key (t0) references faults.t0 on delete set null on update cascade;
         create trigger each after insert on @t for each row execute function faults.shout();
         alter table @t_next enable always trigger each;",
        "insert into @t select n, 'r' || n % 5, repeat(md5(n::text), (n % 9)::int), (select min(id) from faults.t0)
         from generate_series(:from, :to) n;",
        rows(chance),
        &[
            "delete from @t where id % :parts = :part",
            "update @t set body = 'changed' where id % :parts = :part",
            "update @t set id = -id where id % :parts = :part",
        ],
    )
    .with("@t", &format!("faults.p{at}"))
}

/// A foreign key that was never proven, and rows that break it.
pub(super) fn orphaned(at: usize, chance: &mut Chance) -> Table {
    Table::new(
        "create table @t (id bigint primary key, t0 bigint);",
        "alter table @t add constraint unproven foreign key (t0) references faults.t0 on delete cascade not valid;",
        "set session_replication_role = replica;
         insert into @t select n, -n from generate_series(:from, :to) n;
         set session_replication_role = default;",
        rows(chance),
        &["delete from @t where id % :parts = :part"],
    )
    .with("@t", &format!("faults.o{at}"))
}

/// A table that stays empty.
pub(super) fn empty(at: usize, _: &mut Chance) -> Table {
    let create = "create table @t (id int primary key, x text unique, t0 bigint references faults.t0);";
    Table::new(create, "", "", 0, &["delete from @t"]).with("@t", &format!("faults.e{at}"))
}
