//! Random schemas: which tables there are and how they refer to each other.

use super::chance::Chance;
use super::tables::{self, Table};

/// A random schema with the rows that belong into it.
pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    /// Which of them has many rows.
    many: Option<usize>,
    /// What the tables are made of.
    types: String,
    /// Whether row-level security is forced on owners.
    forced: bool,
}

/// Which tables a case has beside the plain ones; by position in the list below.
type Make = fn(usize, &mut Chance) -> Table;

const KINDS: [Make; 20] = [
    tables::cycle,
    tables::vectors,
    tables::partitioned,
    tables::keyless,
    tables::hostile,
    tables::large,
    tables::typed,
    tables::triggered,
    tables::empty,
    tables::keyed,
    tables::inherited,
    tables::unlogged,
    tables::unlike,
    tables::divided,
    tables::outsider,
    tables::ruled,
    tables::wide,
    tables::subset,
    tables::masked,
    tables::large_objects,
];

impl Schema {
    /// `fires` where foreign keys are checked while rows come in, so that rows without parents cannot.
    pub(super) fn random(chance: &mut Chance, fires: bool) -> Self {
        let mut tables = Vec::new();
        for at in 0..2 + chance.below(3) as usize {
            let parent = (at > 0 && !chance.one_in(4)).then(|| chance.below(at as u64) as usize);
            tables.push(tables::plain(at, parent, chance));
        }
        if !fires && chance.one_in(2) {
            tables.push(tables::orphaned(tables.len(), chance));
        }
        let many = (!chance.one_in(4)).then_some(tables.len());
        tables.extend(many.map(|at| tables::many(at, chance)));
        let mut kinds: Vec<Make> = KINDS.to_vec();
        for _ in 0..3 + chance.below(6) {
            let make = kinds.remove(chance.below(kinds.len() as u64) as usize);
            tables.push(make(tables.len(), chance));
        }
        // An owner on whom it is forced sees no row.
        Self { tables, many, types: TYPES.replace(":next", &(1 + chance.below(1000)).to_string()), forced: !fires }
    }

    /// The statements that make it. On the target triggers that fire raise an error.
    pub(super) fn create(&self, target: bool) -> String {
        let body = if target { FIRED } else { "return coalesce(new, old);" };
        let mut sql = self.types.replace(":body", body);
        sql.extend(self.tables.iter().map(|table| table.create[usize::from(target)].as_str()));
        sql.extend(self.tables.iter().map(|table| table.after.as_str()));
        sql.push_str(VIEW);
        let force = if self.forced { "execute format('alter table %s force row level security', t);" } else { "" };
        sql + &CLOSED.replace(":force", force)
    }

    /// What it needs of the configuration.
    pub(super) fn config(&self) -> String {
        self.tables.iter().map(|table| table.config.as_str()).collect()
    }

    /// The statements that fill it.
    pub(super) fn fill(&self) -> String {
        self.tables.iter().map(|table| table.insert(1, table.rows)).collect::<String>()
            + "select nextval('faults.counted'), nextval('faults.counted');"
    }

    /// One random change of its rows.
    pub(super) fn change(&self, chance: &mut Chance) -> String {
        // Where there are many rows, it is to happen often that only some of them have changed.
        if let Some(at) = self.many.filter(|_| chance.one_in(2)) {
            return chance.pick(&self.tables[at].changes).replace(":part", "7") + ";";
        }
        let table = chance.pick(&self.tables);
        match chance.below(table.changes.len() as u64 + 1) {
            0 => {
                // Numbers that no row has had.
                let from = 1_000_000 + chance.below(50_000_000) * 2;
                table.insert(from, from + chance.below(40))
            }
            _ => {
                let (parts, part) = (1 + chance.below(30), chance.next());
                let change = chance.pick(&table.changes).clone();
                change.replace(":parts", &parts.to_string()).replace(":part", &(part % parts).to_string()) + ";"
            }
        }
    }
}

/// `clean` lets triggers fire, and says so.
const FIRED: &str =
    "if not exists (select from outside.cleaning) then raise exception 'trigger % fired', tg_name; end if;
  return coalesce(new, old);";

const TYPES: &str = "
create schema faults;
create schema outside;
create table outside.disk (is_full boolean);
create table outside.cleaning (is_under_way boolean);
create type faults.mood as enum ('sad', 'it''s ok', 'Happy, \"very\"');
create type faults.pair as (number int, text text);
create domain faults.code as text collate \"C\" check (value <> 'never');
create domain faults.codes as faults.code[] check (cardinality(value) < 9);
create domain faults.couple as faults.pair check ((value).number is not null);
create table outside.parents (id bigint primary key);
insert into outside.parents select generate_series(0, 99);
create sequence faults.counted start :next increment 3 cache 5;
create sequence faults.untouched start :next;
create function faults.shout() returns trigger language plpgsql as $$begin :body end$$;
create function faults.has_room(text) returns boolean language plpgsql as $$begin
  if exists (select from outside.disk where is_full) then
    raise exception 'no room is left' using errcode = 'disk_full';
  end if;
  return true;
end$$;
";

/// Row-level security without a policy that would let anybody in, on some of the tables.
const CLOSED: &str = "
do $$declare t regclass; begin
  for t in select oid from pg_class where relnamespace = 'faults'::regnamespace and relkind in ('r', 'p') and oid::bigint % 2 = 0 loop
    execute format('alter table %s enable row level security', t);
    :force
  end loop;
end$$;
";

const VIEW: &str = "
create materialized view faults.summed as select count(*) as n, sum(amount) as amount from faults.t0;
create materialized view faults.summed_twice as select n * 2 as n from faults.summed;
create unique index on faults.summed (n);
";
