//! For each type a pool of values no two of which have the same binary image, though many pairs are equal by the
//! type's `=`, alike in text with other settings, or alike to a careless hash.

use std::sync::OnceLock;

use super::more_pools::{MORE, OF_EXTENSIONS};
use crate::support::{server_urls, value};

/// Extensions of which pools are made, where both servers have them.
const EXTENSIONS: [&str; 10] =
    ["citext", "hstore", "ltree", "vector", "cube", "seg", "isn", "intarray", "pg_trgm", "btree_gist"];

/// What the servers at hand can make.
static CHOSEN: OnceLock<(Vec<&'static str>, Vec<Pool>)> = OnceLock::new();

/// Asks both servers which extensions they have and makes the pools; says which are left out.
pub(super) async fn choose() {
    if CHOSEN.get().is_some() {
        return;
    }
    let (one, two) = server_urls();
    let mut there = Vec::new();
    for extension in EXTENSIONS {
        let sql = format!("select name::text from pg_available_extensions where name = '{extension}'");
        match value_or_none(&one, &sql).await && value_or_none(&two, &sql).await {
            true => there.push(extension),
            false => println!("SKIPPED: no values of {extension}: a server does not have the extension"),
        }
    }
    let xml = reads_xml(&one).await && reads_xml(&two).await;
    if !xml {
        println!("SKIPPED: no values of xml: a server is built without libxml");
    }
    let mut pools: Vec<Pool> = LIST.iter().chain(MORE).filter(|row| xml || row.0 != "xml").map(pool).collect();
    let others = OF_EXTENSIONS.iter().filter(|(needs, _)| needs.split(' ').all(|name| there.contains(&name)));
    pools.extend(others.map(|(_, row)| pool(row)));
    // Two NaNs with other bits, as arithmetic gives them on this processor.
    if cfg!(target_arch = "x86_64") {
        let doubles = pools.iter_mut().find(|pool| pool.sql_type == "float8");
        doubles.unwrap().values.push("('Infinity'::float8 + '-Infinity'::float8)".to_owned());
    }
    CHOSEN.get_or_init(|| (there, pools));
}

async fn value_or_none(url: &str, sql: &str) -> bool {
    let sql = format!("select max(name) from ({sql}) found");
    value(url, &sql).await.is_some()
}

/// Whether a server is built with libxml.
pub(super) async fn reads_xml(url: &str) -> bool {
    tries(url, "select case when pg_catalog.query_to_xml('select 1', true, true, '') is not null then 'yes' end").await
}

pub(super) async fn tries(url: &str, sql: &str) -> bool {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let answered = sqlx::query(sql).execute(&mut connection).await.is_ok();
    connection.close().await.unwrap();
    answered
}

/// The pools of the types that both servers have.
pub(super) fn all() -> &'static [Pool] {
    &CHOSEN.get().expect("the pools are chosen first").1
}

/// Whether both servers have an extension.
pub(super) fn has(extension: &str) -> bool {
    CHOSEN.get().is_some_and(|(there, _)| there.contains(&extension))
}

/// The statements that make the extensions, in a schema of their own.
pub(super) fn extensions() -> String {
    let there = &CHOSEN.get().expect("the pools are chosen first").0;
    let create: String = there.iter().map(|name| format!("create extension {name} schema extensions;\n")).collect();
    let vectors = match has("vector") {
        true => "create type with_vector as (v vector(3), t text); create type deeper as (w with_vector, n int);",
        false => "",
    };
    format!(
        "create schema extensions;\n{create}
         set search_path = public, extensions;
         do $$ begin execute format('alter database %I set search_path = public, extensions', current_database()); end $$;
         {vectors}"
    )
}

/// Types the pools need.
pub(super) const TYPES: &str = "
create type mood as enum ('sad', 'ok', 'happy, \"very\"');
create domain short_text as text check (length(value) < 100);
create type pair as (a int, b text);
create type nested as (p pair, n numeric);
create domain checked_pair as pair;
create type float_range as range (subtype = float8, multirange_type_name = float_ranges);
create domain int_list as int4[];
create domain small as int4 check (value < 100000);
create type small_range as range (subtype = small);
";

/// Values of one type, as SQL literals.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) sql_type: &'static str,
    pub(super) values: Vec<String>,
    /// The function that makes the binary image, or a text form proven equal to it.
    pub(super) send: &'static str,
}

fn pool((sql_type, send, values): &Row) -> Pool {
    Pool { sql_type, send, values: values.iter().map(|value| (*value).to_owned()).collect() }
}

impl Pool {
    /// The value most like none at all.
    pub(super) fn empty(&self) -> usize {
        self.values
            .iter()
            .position(|value| matches!(value.as_str(), "''" | "'{}'" | "0" | "false" | "'empty'"))
            .unwrap_or(0)
    }

    /// A value as SQL.
    pub(super) fn literal(&self, value: Option<usize>) -> String {
        value.map_or_else(|| "null".to_owned(), |at| format!("{}::{}", self.values[at], self.sql_type))
    }

    /// Whether its values vary in length, so that there is a choice how they are stored.
    pub(super) fn stretches(&self) -> bool {
        matches!(self.sql_type, "text" | "bytea" | "json" | "jsonb" | "text[]" | "int4[]" | "pair" | "tsvector")
    }
}

pub(super) type Row = (&'static str, &'static str, &'static [&'static str]);

const LIST: &[Row] = &[
    ("bool", "boolsend", &["true", "false"]),
    ("int2", "int2send", &["0", "1", "'-1'", "32767", "'-32768'"]),
    ("int4", "int4send", &["0", "1", "'-1'", "65536", "2147483647", "'-2147483648'"]),
    // 0 and 4294967297 fold to the same 32 bits, and so do others.
    (
        "int8",
        "int8send",
        &[
            "0",
            "1",
            "'-1'",
            "4294967296",
            "4294967297",
            "'-4294967297'",
            "'-4294967296'",
            "9223372036854775807",
            "'-9223372036854775808'",
        ],
    ),
    ("oid", "oidsend", &["0", "1", "4294967295"]),
    (
        "numeric",
        "numeric_send",
        &[
            "1",
            "1.0",
            "1.00",
            "0",
            "0.0",
            "'-1'",
            "10",
            "1e100",
            "1e-100",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "12345678901234567890.123456789",
        ],
    ),
    ("numeric(12,2)", "numeric_send", &["1", "0", "'-1'", "1.01"]),
    ("float4", "float4send", &["0", "'-0'", "1", "'NaN'", "'Infinity'", "'-Infinity'", "1e-40", "0.1"]),
    (
        "float8",
        "float8send",
        &["0", "'-0'", "1", "'NaN'", "'Infinity'", "'-Infinity'", "1e-310", "0.1", "0.30000000000000004", "0.3"],
    ),
    (
        "text",
        "textsend",
        &[
            "''",
            "' '",
            "'a'",
            "'A'",
            "'a '",
            "'null'",
            "'NULL'",
            "E'\\\\N'",
            "'á'",
            "U&'a\\0301'",
            "'a,b'",
            "'a|b'",
            "repeat('x', 9000)",
            "repeat('x', 9001)",
            "E'\\t'",
            "'😀'",
        ],
    ),
    ("varchar(40)", "varcharsend", &["''", "'a'", "'a '", "'A'"]),
    ("char(5)", "bpcharsend", &["''", "'a'", "'ab'", "'A'", "'á'"]),
    ("\"char\"", "charsend", &["'a'", "'b'", "''"]),
    ("name", "namesend", &["'a'", "'b'", "''"]),
    ("bytea", "byteasend", &["''", "'\\x00'", "'\\x0000'", "'\\x61'", "'\\xff'", "decode(repeat('00', 5000), 'hex')"]),
    (
        "json",
        "json_send",
        &["'1'", "'1.0'", "' 1'", "'{\"a\":1}'", "'{\"a\": 1}'", "'{\"a\":1,\"a\":1}'", "'null'", "'\"\"'"],
    ),
    (
        "jsonb",
        "jsonb_send",
        &[
            "'1'",
            "'1.0'",
            "'\"1\"'",
            "'{\"a\": 1}'",
            "'{\"a\": 1.0}'",
            "'{\"A\": 1}'",
            "'[]'",
            "'{}'",
            "'null'",
            "'[null]'",
            "'true'",
        ],
    ),
    (
        "uuid",
        "uuid_send",
        &[
            "'00000000-0000-0000-0000-000000000000'",
            "'00000000-0000-0000-0000-000000000001'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        ],
    ),
    (
        "date",
        "date_send",
        &["'2000-01-01'", "'2000-01-02'", "'0044-03-15 BC'", "'infinity'", "'-infinity'", "'5874897-12-31'"],
    ),
    ("time", "time_send", &["'00:00'", "'24:00'", "'12:00:00.000001'"]),
    ("timetz", "timetz_send", &["'12:00+00'", "'13:00+01'", "'12:00+01'"]),
    // The second and third fold to the same 32 bits as others of the pool.
    (
        "timestamp",
        "timestamp_send",
        &[
            "'2000-01-01'",
            "'2000-01-01 00:00:00.000001'",
            "'2000-01-01 01:11:34.967297'",
            "'infinity'",
            "'-infinity'",
            "'4713-01-01 BC'",
        ],
    ),
    (
        "timestamptz",
        "timestamptz_send",
        &[
            "'2000-01-01+00'",
            "'2000-01-01 00:00:00.000001+00'",
            "'2000-01-01 01:11:34.967297+00'",
            "'infinity'",
            "'-infinity'",
            "'294276-12-31+00'",
        ],
    ),
    (
        "interval",
        "interval_send",
        &[
            "'1 day'",
            "'24 hours'",
            "'1 month'",
            "'30 days'",
            "'12 months 1 day'",
            "'-1 day'",
            "'0'",
            "'1 microsecond'",
            "'-1 month 30 days'",
        ],
    ),
    ("inet", "inet_send", &["'10.0.0.1'", "'10.0.0.1/24'", "'10.0.0.1/8'", "'::1'", "'::ffff:10.0.0.1'"]),
    ("cidr", "cidr_send", &["'10.0.0.0/24'", "'10.0.0.0/16'", "'10.0.0.0'"]),
    ("macaddr", "macaddr_send", &["'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"]),
    ("macaddr8", "macaddr8_send", &["'08:00:2b:01:02:03:04:05'", "'08:00:2b:ff:fe:01:02:03'"]),
    ("bit(3)", "bit_send", &["'000'", "'001'", "'111'"]),
    ("varbit", "varbit_send", &["''", "'0'", "'00'", "'1'", "'10000000'", "'1000000'"]),
    ("money", "cash_send", &["0", "1", "'-1'", "1.01", "92233720368547758.07"]),
    ("pg_lsn", "pg_lsn_send", &["'0/0'", "'1/0'", "'0/1'", "'1/1'"]),
    ("xid8", "xid8send", &["'0'", "'1'", "'4294967297'"]),
    ("point", "point_send", &["'(0,0)'", "'(-0,0)'", "'(0,1)'", "'(1e-7,0)'"]),
    ("box", "box_send", &["'(0,0),(1,1)'", "'(0,0),(2,2)'"]),
    ("polygon", "poly_send", &["'((0,0),(1,1),(0,1))'", "'((1,1),(0,1),(0,0))'"]),
    ("circle", "circle_send", &["'<(0,0),1>'", "'<(0,0),2>'"]),
    ("path", "path_send", &["'[(0,0),(1,1)]'", "'((0,0),(1,1))'"]),
    ("tsvector", "tsvectorsend", &["''", "'a'", "'a:1'", "'a:1A'", "'a b'"]),
    ("tsquery", "tsquerysend", &["'a'", "'a & b'", "'a | b'", "'a:A'"]),
    ("jsonpath", "jsonpath_send", &["'$'", "'$.a'", "'strict $.a'"]),
    ("int4range", "range_send", &["'empty'", "'[1,2)'", "'[1,3)'", "'[1,)'", "'(,1)'", "'(,)'"]),
    ("numrange", "range_send", &["'[1,2)'", "'[1.0,2)'", "'[1,2]'", "'(1,2)'", "'empty'", "'(,)'", "'[1,)'"]),
    ("tstzrange", "range_send", &["'[2000-01-01+00,infinity)'", "'[2000-01-01+00,)'", "'empty'"]),
    ("int4multirange", "multirange_send", &["'{}'", "'{[1,2)}'", "'{[1,2),[3,4)}'", "'{[1,4)}'"]),
    ("float_range", "range_send", &["'[0,1)'", "'[-0,1)'", "'empty'", "'[0,1]'"]),
    (
        "int4[]",
        "array_send",
        &["'{}'", "'{1}'", "'{NULL}'", "'{1,NULL}'", "'{1,2}'", "'[0:1]={1,2}'", "'{{1,2}}'", "'{{1},{2}}'"],
    ),
    (
        "text[]",
        "array_send",
        &["'{}'", "'{\"\"}'", "'{NULL}'", "'{\"NULL\"}'", "'{a,b}'", "'{\"a,b\"}'", "'{\"a\",\"b \"}'", "'{A,b}'"],
    ),
    ("numeric[]", "array_send", &["'{1}'", "'{1.0}'", "'{1,1}'"]),
    ("float8[]", "array_send", &["'{0}'", "'{-0}'", "'{NaN}'"]),
    ("mood[]", "array_send", &["'{sad}'", "'{ok}'", "'{sad,NULL}'", "'{}'"]),
    (
        "pair[]",
        "array_send",
        &["array[row(1,'a')]::pair[]", "array[row(1,null)]::pair[]", "array[row(1,'')]::pair[]", "array[null]::pair[]"],
    ),
    ("mood", "enum_send", &["'sad'", "'ok'", "'happy, \"very\"'"]),
    ("short_text", "textsend", &["''", "'a'", "'A'"]),
    (
        "pair",
        "record_send",
        &[
            "row(1,'a')",
            "row(1,null)",
            "row(1,'')",
            "row(null,null)",
            "row(null,'1')",
            "row(1,'a,b')",
            "row(1,'\"a\"')",
        ],
    ),
    ("checked_pair", "record_send", &["row(1,'a')::pair", "row(null,null)::pair", "row(1,'')::pair"]),
    (
        "nested",
        "record_send",
        &["row(row(1,'a'),1.0)", "row(row(1,'a'),1.00)", "row(null,1.0)", "row(row(null,null),1.0)"],
    ),
];
