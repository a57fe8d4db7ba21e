//! How a column's value enters the hash: the one table of types.
//!
//! The measure is the type's binary image (`typsend`): two values are the same exactly when their images are. Each
//! rule below either hashes the image itself or a form that is equal exactly when the image is. The server's own
//! hash functions mostly cannot serve: they follow the type's `=`, for which numeric 1.0 = 1.00, -0 = 0 and
//! citext 'A' = 'a', and those for 64-bit integers and timestamps fold to 32 bits.

use serde::{Deserialize, Serialize};

use crate::catalog::{Column, is_oid_alias};
use crate::model::quoted;

/// The form in which a column is hashed. Both sides of a comparison must use the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Image {
    /// `hashint4extended`: all 32 bits.
    Int4,
    /// `hashoidextended`: all 32 bits.
    Oid,
    /// `hashint8extended` folds the halves together, so the high half is hashed on its own first: with it known, the
    /// fold gives the low half back.
    Int8,
    /// `uuid_hash_extended`: all 16 bytes.
    Uuid,
    /// The text form, hashed byte for byte under collation C.
    Text,
    /// The text form as UTF-8 where the databases' encodings differ.
    Utf8,
    /// The binary image made by the type's send function, or for some types a cheaper form that is equal exactly when
    /// that image is.
    Send,
}

/// How a type enters the hash. The cost is the processor time of one value's hash, as a multiple of that of an int4 (some
/// 10 ns): measured on PostgreSQL 17.
struct Rule {
    type_name: &'static str,
    image: Image,
    cost: f32,
    why: &'static str,
}

const fn rule(type_name: &'static str, image: Image, cost: f32, why: &'static str) -> Rule {
    Rule { type_name, image, cost, why }
}

/// The types that are not hashed by their send function, and why each may be; below them those for which a form equal to
/// that image costs less. Types that do not stand here are hashed by their send function where they have one: a fixed
/// length costs 6, a length that varies 7 to 20 and 50 for each further kilobyte.
const RULES: [Rule; 21] = [
    rule("bool", Image::Int4, 1.2, "cast to int4: 0 or 1"),
    rule("int2", Image::Int4, 1.0, "widened: the hash of an int2 is that of the int4"),
    rule("int4", Image::Int4, 1.0, "hashed whole"),
    rule("int8", Image::Int8, 2.2, "hashed in halves"),
    rule("oid", Image::Oid, 1.0, "hashed whole"),
    rule("uuid", Image::Uuid, 1.0, "hashed whole"),
    rule(
        "text",
        Image::Text,
        2.0,
        "its text is its image; collation C keeps collations that are not deterministic from folding it",
    ),
    rule("varchar", Image::Text, 2.0, "its text is its image"),
    rule("name", Image::Text, 2.5, "its text is its image"),
    rule("json", Image::Text, 2.5, "stored as the text it was given"),
    rule(
        "jsonb",
        Image::Text,
        53.0,
        "its text is canonical and keeps numeric scale; the image is that text and costs more",
    ),
    rule(
        "numeric",
        Image::Text,
        9.0,
        "its text shows every digit and the scale, NaN and infinities; the image costs a third more",
    ),
    rule("xml", Image::Text, 2.5, "stored as the text it was given; its send function adds an encoding declaration"),
    rule("citext", Image::Text, 2.0, "a cast to text is free and keeps case"),
    rule("date", Image::Send, 1.5, "its days from 2000-01-01, as an int4 hashed whole"),
    rule("float4", Image::Send, 2.0, "its own hash, and under a seed of their own 0 and NaN, whose images it folds"),
    rule("float8", Image::Send, 2.2, "its own hash, and under a seed of their own 0 and NaN, whose images it folds"),
    rule(
        "timestamptz",
        Image::Send,
        6.0,
        "its own hash folds 64 bits to 32; eight bytes are quicker in hexadecimal than in an array",
    ),
    rule("timestamp", Image::Send, 6.0, "as timestamptz"),
    rule("time", Image::Send, 6.0, "as timestamptz"),
    rule("interval", Image::Send, 7.0, "its own hash takes 1 day for 24 hours"),
];

impl Image {
    /// The types with a rule of their own: name, cost as a multiple of an int4's, and why the rule is right.
    pub fn rules() -> impl Iterator<Item = (&'static str, f32, &'static str)> {
        RULES.iter().map(|rule| (rule.type_name, rule.cost, rule.why))
    }

    /// The form for a column that both sides declare; `None` on one side means the column is only on the other.
    pub fn of(source: Option<&Column>, target: Option<&Column>) -> Self {
        match (source.map(Self::alone), target.map(Self::alone)) {
            (Some(one), Some(two)) if one == two && same_base_type(source, target) => one,
            // Types that differ still have texts to compare; the schema check reports the difference itself.
            (Some(_), Some(_)) | (None, None) => Self::Text,
            (Some(one), None) | (None, Some(one)) => one,
        }
    }

    fn alone(column: &Column) -> Self {
        if let Some(element) = &column.element {
            // An array's image names the element type's OID, which is the same everywhere only for built-in types.
            let portable = element.built_in && element.class == "b" && !is_oid_alias(&element.name);
            // The server sends every array by one function, which fails where the element has none (aclitem).
            return if portable && column.send.is_some() && column.binary { Self::Send } else { Self::Text };
        }
        match column.type_class.as_str() {
            // Labels, not the OIDs or order behind them.
            "e" => Self::Text,
            // A record's image names the OIDs of its columns; its text form is unambiguous.
            "c" | "p" => Self::Text,
            // A range's image is its bounds' images; a bound of a user's type might name OIDs.
            "r" | "m" if !column.built_in => Self::Text,
            _ => {
                // A user's own type may bear the name of a built-in one; citext alone comes with an extension.
                let known = column.built_in || column.type_name == "citext";
                let rule = RULES.iter().find(|rule| known && rule.type_name == column.type_name);
                match rule {
                    // Only where the image can be had: the forms below it stand for it.
                    Some(Rule { image: Self::Send, .. }) if column.send.is_none() => Self::Text,
                    Some(rule) => rule.image,
                    None if is_oid_alias(&column.type_name) => Self::Text,
                    None if column.send.is_some() => Self::Send,
                    None => Self::Text,
                }
            }
        }
    }

    /// The hash of a column's value under `seed` (SQL expressions both), as int8 and never null. A null value hashes
    /// as some value of its type: the null bitmap beside it tells them apart.
    pub(super) fn hash(self, column: &Column, value: &str, seed: &str) -> String {
        match self {
            Self::Int4 if column.type_name == "bool" => {
                format!("hashint4extended(coalesce({value}, false)::int4, {seed})")
            }
            Self::Int4 => format!("hashint4extended(coalesce({value}, 0)::int4, {seed})"),
            Self::Oid => format!("hashoidextended(coalesce({value}, 0), {seed})"),
            Self::Int8 => {
                let value = format!("coalesce({value}, 0)::int8");
                format!("hashint8extended({value}, hashint4extended(({value} >> 32)::int4, {seed}))")
            }
            Self::Uuid => {
                format!("uuid_hash_extended(coalesce({value}, '00000000-0000-0000-0000-000000000000'), {seed})")
            }
            Self::Text => format!("hashtextextended(coalesce({}, '') collate \"C\", {seed})", text(column, value)),
            Self::Utf8 => {
                // The send function of text converts to the session's encoding, which is always UTF-8.
                format!("hash_array_extended(array[coalesce(textsend({}), '')], {seed})", text(column, value))
            }
            Self::Send => {
                let send = match &column.send {
                    Some(send) => format!("{}.{}", quoted(&send.schema), quoted(&send.name)),
                    // Unreachable by construction of `of`; the text form is right in any case.
                    None => return Self::Text.hash(column, value, seed),
                };
                hash_sent(column, value, &send, seed)
            }
        }
    }
}

impl Image {
    /// A value's image as bytea, NULL where the value is.
    pub(super) fn bytes(self, column: &Column, value: &str) -> String {
        match (self, &column.send) {
            (Self::Int4, _) => format!("int4send({value}::int4)"),
            (Self::Oid, _) => format!("oidsend({value})"),
            (Self::Int8, _) => format!("int8send({value}::int8)"),
            (Self::Uuid, _) => format!("uuid_send({value})"),
            (Self::Send, Some(send)) => format!("{}.{}({value})", quoted(&send.schema), quoted(&send.name)),
            // The send function of text converts to the session's encoding, which is always UTF-8.
            _ => format!("textsend({})", text(column, value)),
        }
    }
}

/// The hash of a value's binary image, or of a cheaper form that is equal exactly when the image is.
fn hash_sent(column: &Column, value: &str, send: &str, seed: &str) -> String {
    let hex =
        |seed: &str| format!("hashtextextended(coalesce(encode({send}({value}), 'hex'), '') collate \"C\", {seed})");
    match column.type_name.as_str() {
        _ if !column.built_in => {}
        // The two infinities stand beyond every date there is.
        "date" => {
            return format!(
                "hashint4extended(case when isfinite({value}) then {value} - '2000-01-01'::date \
                 when {value} > '2000-01-01' then 2147483647 else -2147483648 end, {seed})"
            );
        }
        // For its own hash -0 is 0, and every NaN is alike; that of 0 is the seed itself, so 1 stands in for it.
        name @ ("float4" | "float8") => {
            let folded = hex("0");
            return format!(
                "hash{name}extended(coalesce(nullif({value}, 0), 1), {seed} # \
                 case when {value} <> 0 and {value} <> 'NaN' then 0 else {folded} end)"
            );
        }
        "timestamptz" | "timestamp" | "time" | "interval" => return hex(seed),
        _ => {}
    }
    // An array of one bytea is hashed by the bytes of it: no hexadecimal text twice as long, and images up to the 1 GB
    // that a value may have.
    // A NULL within an array is hashed as 0 whatever the seed is: the columns before it would be forgotten.
    format!("hash_array_extended(array[coalesce({send}({value}), '')], {seed})")
}

/// A value's text form, with the padding of `char(n)` that a plain cast would strip.
pub(super) fn text(column: &Column, value: &str) -> String {
    match column.type_name.as_str() {
        "bpchar" if column.built_in => {
            format!("{value}::text || repeat(' ', octet_length({value}) - octet_length({value}::text))")
        }
        _ => format!("{value}::text"),
    }
}

/// Whether a value is null as a datum: `IS NULL` holds for a composite of nulls too.
pub(super) fn is_null(column: &Column, value: &str) -> String {
    if column.type_class == "c" { format!("num_nulls({value}) = 1") } else { format!("{value} is null") }
}

fn same_base_type(source: Option<&Column>, target: Option<&Column>) -> bool {
    match (source, target) {
        (Some(one), Some(two)) => {
            one.type_name == two.type_name
                && one.built_in == two.built_in
                && one.type_class == two.type_class
                && one.element.as_ref().map(|element| &element.name)
                    == two.element.as_ref().map(|element| &element.name)
        }
        _ => true,
    }
}
