//! For each type a pool of values no two of which have the same binary image, though many pairs are equal by the
//! type's `=`, alike in text with other settings, or alike to a careless hash.

use std::sync::OnceLock;

/// Extensions the pools need.
pub(super) const EXTENSIONS: &str = "
create schema extensions;
create extension citext schema extensions;
create extension hstore schema extensions;
create extension ltree schema extensions;
create extension vector schema extensions;
set search_path = public, extensions;
do $$ begin execute format('alter database %I set search_path = public, extensions', current_database()); end $$;
";

/// Types the pools need.
pub(super) const TYPES: &str = "
create type mood as enum ('sad', 'ok', 'happy, \"very\"');
create domain short_text as text check (length(value) < 100);
create type pair as (a int, b text);
create type nested as (p pair, n numeric);
create domain checked_pair as pair;
create type float_range as range (subtype = float8);
";

/// Values of one type, as SQL literals.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) sql_type: &'static str,
    pub(super) values: Vec<String>,
    /// The function that makes the binary image, or a text form proven equal to it.
    pub(super) send: &'static str,
}

/// All pools.
pub(super) fn pools() -> &'static [Pool] {
    static POOLS: OnceLock<Vec<Pool>> = OnceLock::new();
    POOLS.get_or_init(|| {
        LIST.iter()
            .map(|(sql_type, send, values)| Pool {
                sql_type,
                send,
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            })
            .collect()
    })
}

type Row = (&'static str, &'static str, &'static [&'static str]);

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
    ("citext", "citextsend", &["''", "'a'", "'A'", "'á'", "'Á'"]),
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
    ("citext[]", "array_send", &["'{a}'", "'{A}'", "'{a,a}'"]),
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
    ("hstore", "hstore_send", &["''", "'a=>1'", "'a=>NULL'", "'a=>\"\"'", "'A=>1'", "'a=>1,b=>2'"]),
    ("ltree", "ltree_send", &["'a'", "'a.b'", "'A'"]),
    ("vector(3)", "vector_send", &["'[0,0,0]'", "'[-0,0,0]'", "'[1,2,3]'", "'[1,2,3.0000002]'", "'[1e-40,0,0]'"]),
    ("vector", "vector_send", &["'[1]'", "'[1,0]'", "'[1,2,3]'"]),
    ("halfvec(3)", "halfvec_send", &["'[0,0,0]'", "'[-0,0,0]'", "'[1,2,3]'", "'[1,2,3.002]'"]),
    ("sparsevec(5)", "sparsevec_send", &["'{}/5'", "'{1:1}/5'", "'{2:1}/5'", "'{1:2}/5'"]),
];
