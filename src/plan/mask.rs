//! What a mask makes of a column, as an SQL expression of the column's own type. Pure.
//!
//! The expressions use functions of Postgres itself alone and run on the source under an empty search path. The salt is
//! no part of them: they ask the session for it. Neither is the column's name part of what is hashed, so that equal
//! values become equal masks in every table, and joins survive.

use crate::catalog::Column;
use crate::config::MaskKind;
use crate::model::{literal, quoted};

/// The domain of masked addresses: `.invalid` belongs to nobody.
const DOMAIN: &str = "@mask.invalid";
/// Hexadecimal digits in front of it: 96 bits.
const EMAIL_DIGITS: usize = 24;
/// The fewest that will do: 48 bits.
const FEWEST_EMAIL_DIGITS: usize = 12;
/// Syllables of a made-up name, of about 6 bits each.
const SYLLABLES: usize = 10;
const FEWEST_SYLLABLES: usize = 5;
/// Digits behind the first of a telephone number.
const PHONE_DIGITS: usize = 14;
const FEWEST_PHONE_DIGITS: usize = 6;
/// Hexadecimal digits of a hash: 128 bits.
const HASH_DIGITS: usize = 32;

/// A column with its mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedColumn {
    /// The column.
    pub column: String,
    /// The mask.
    pub kind: MaskKind,
    /// What is read in the column's place: of its type, and NULL where it is NULL.
    pub expression: String,
    /// What the mask makes of equal values is equal where these are; `None` where that depends on more than the value.
    pub form: Option<String>,
    /// Characters of the longest text it makes, where that is known.
    pub(super) longest: Option<usize>,
    /// The expression of `sql` before it is cast, which could cut it off.
    pub(super) uncast: Option<String>,
}

/// The kinds of types that masks know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A text, with the most characters it holds.
    Text(Option<usize>),
    /// A text compared without case.
    Folded,
    Uuid,
    Int4,
    Int8,
    Bytes,
    Other,
}

fn shape(column: &Column) -> Shape {
    if column.element.is_some() {
        return Shape::Other;
    }
    match (column.type_name.as_str(), column.built_in) {
        ("text" | "varchar" | "bpchar", true) => Shape::Text(column.characters),
        ("citext", false) => Shape::Folded,
        ("uuid", true) => Shape::Uuid,
        ("int4", true) => Shape::Int4,
        ("int8", true) => Shape::Int8,
        ("bytea", true) => Shape::Bytes,
        _ => Shape::Other,
    }
}

impl MaskedColumn {
    /// Binds a mask to a column.
    ///
    /// # Errors
    /// What keeps the mask from the column, as the end of a sentence about it.
    pub fn new(kind: &MaskKind, column: &Column) -> Result<Self, String> {
        let (name, shape) = (quoted(&column.name), shape(column));
        let mut masked = Self {
            column: column.name.clone(),
            kind: kind.clone(),
            expression: String::new(),
            form: None,
            longest: None,
            uncast: None,
        };
        let value = match kind {
            MaskKind::Null => "null".to_owned(),
            MaskKind::Constant(text) => {
                let length = text.chars().count();
                masked.longest = Some(length);
                let limit = column.characters.filter(|limit| length > *limit);
                if let Some(limit) = limit {
                    return Err(format!("its constant has {length} characters, and the column holds {limit}"));
                }
                masked.unless_null(column, &literal(text))
            }
            MaskKind::Sql(sql) => {
                let sql = format!("({})", sql.replace("{column}", &name));
                masked.uncast = Some(masked.unless_null(column, &sql));
                masked.unless_null(column, &sql)
            }
            MaskKind::Email | MaskKind::Name | MaskKind::Phone | MaskKind::Hash => masked.salted(column, shape)?,
        };
        masked.expression = format!("({value})::{}", column.declared_type);
        Ok(masked)
    }

    fn unless_null(&self, column: &Column, value: &str) -> String {
        let name = quoted(&column.name);
        // `is null` looks into a composite.
        format!("case when num_nulls({name}) = 1 then null else {value} end")
    }

    /// The masks made of salt and value. NULL goes through all of these functions.
    fn salted(&mut self, column: &Column, shape: Shape) -> Result<String, String> {
        let (name, kind) = (quoted(&column.name), self.kind.name());
        let text = match shape {
            Shape::Folded => format!("lower({name}::text)"),
            _ => format!("{name}::text"),
        };
        let digest = match shape {
            Shape::Bytes => format!("sha256(convert_to({SALT}, 'UTF8') || {name})"),
            _ => format!("sha256(convert_to({SALT} || {text}, 'UTF8'))"),
        };
        let hex = format!("encode({digest}, 'hex')");
        let room = match shape {
            Shape::Text(limit) => Some(limit.unwrap_or(usize::MAX)),
            Shape::Folded => Some(usize::MAX),
            _ => None,
        };
        let short = |room: usize, needed: usize| {
            format!("`{kind}` needs {needed} characters, and the column holds {room}; use `hash`, or a wider column")
        };
        let (expression, form, length) = match (&self.kind, room) {
            (MaskKind::Email, Some(room)) => {
                let digits = EMAIL_DIGITS.min(room.saturating_sub(DOMAIN.len()));
                if digits < FEWEST_EMAIL_DIGITS {
                    return Err(short(room, FEWEST_EMAIL_DIGITS + DOMAIN.len()));
                }
                (format!("substr({hex}, 1, {digits}) || '{DOMAIN}'"), digits, digits + DOMAIN.len())
            }
            (MaskKind::Name, Some(room)) => {
                let syllables = SYLLABLES.min(room.saturating_sub(1) / 2);
                if syllables < FEWEST_SYLLABLES {
                    return Err(short(room, 2 * FEWEST_SYLLABLES + 1));
                }
                (words(&digest, syllables), syllables, 2 * syllables + 1)
            }
            (MaskKind::Phone, Some(room)) => {
                let digits = PHONE_DIGITS.min(room.saturating_sub(2));
                if digits < FEWEST_PHONE_DIGITS {
                    return Err(short(room, FEWEST_PHONE_DIGITS + 2));
                }
                let modulus = 10u64.pow(u32::try_from(digits).unwrap_or(1));
                let number = format!("({} % {modulus})::text", bits(&hex));
                (format!("'+9' || lpad({number}, {digits}, '0')"), digits, digits + 2)
            }
            (MaskKind::Hash, Some(room)) => {
                let digits = HASH_DIGITS.min(room);
                (format!("substr({hex}, 1, {digits})"), digits, digits)
            }
            (MaskKind::Hash, None) => {
                let expression = match shape {
                    Shape::Uuid => format!("substr({hex}, 1, 32)"),
                    Shape::Int8 => bits(&hex),
                    Shape::Int4 => format!("{} & 2147483647", bits(&hex)),
                    Shape::Bytes => digest,
                    _ => return Err(unsuited(column, kind, "text, uuid, integer, bigint or bytea")),
                };
                self.form = Some(format!("hash of {}", column.type_name));
                return Ok(expression);
            }
            _ => return Err(unsuited(column, kind, "text")),
        };
        let folded = if shape == Shape::Folded { " without case" } else { "" };
        self.form = Some(format!("{kind} of {form}{folded}"));
        self.longest = Some(length);
        Ok(expression)
    }
}

/// The salt, as the session has it.
const SALT: &str = "current_setting('pg_rehearse.salt')";

fn unsuited(column: &Column, kind: &str, types: &str) -> String {
    format!("`{kind}` makes {types}, and the column is of type {}", column.declared_type)
}

/// 60 bits of a hash, as a bigint that is not negative.
fn bits(hex: &str) -> String {
    format!("('x' || substr({hex}, 1, 15))::bit(60)::int8")
}

/// Two words, the first of two or three syllables; a syllable is made of each byte of the digest.
fn words(digest: &str, syllables: usize) -> String {
    const CONSONANTS: &str = "bdfgklmnprstvzhj";
    const VOWELS: &str = "aeiouaeiouaeioua";
    let first = if syllables >= 8 { 3 } else { 2 };
    let mut letters = Vec::new();
    for at in 0..syllables {
        let byte = format!("get_byte(m.h, {at})");
        let begins = at == 0 || at == first;
        let consonants = if begins { CONSONANTS.to_uppercase() } else { CONSONANTS.to_owned() };
        if at == first {
            letters.push("' '".to_owned());
        }
        letters.push(format!("substr('{consonants}', 1 + ({byte} & 15), 1)"));
        letters.push(format!("substr('{VOWELS}', 1 + ({byte} >> 4), 1)"));
    }
    format!("(select {} from (select {digest} as h offset 0) m)", letters.join(" || "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::columns::tests::column;

    fn typed(declared: &str, name: &str) -> Column {
        let inner = declared.strip_prefix("character varying(").and_then(|inner| inner.strip_suffix(')'));
        let characters = inner.map(|number| number.parse().unwrap());
        Column { declared_type: declared.into(), characters, type_name: name.into(), ..column("c") }
    }

    fn longest(kind: &MaskKind, declared: &str) -> Result<usize, String> {
        MaskedColumn::new(kind, &typed(declared, "varchar")).map(|masked| masked.longest.unwrap())
    }

    #[test]
    fn masks_keep_to_the_length_of_their_column() {
        for kind in [MaskKind::Email, MaskKind::Name, MaskKind::Phone, MaskKind::Hash] {
            for room in 1..60 {
                match longest(&kind, &format!("character varying({room})")) {
                    Ok(length) => assert!(length <= room, "{kind:?} of {room}"),
                    Err(problem) => assert!(room < 25 && problem.contains("characters"), "{kind:?}: {problem}"),
                }
            }
        }
        assert!(longest(&MaskKind::Constant("four".into()), "character varying(3)").is_err());
    }

    #[test]
    fn masks_are_refused_for_types_they_cannot_make() {
        let number = typed("numeric(10,2)", "numeric");
        for kind in [MaskKind::Email, MaskKind::Name, MaskKind::Phone, MaskKind::Hash] {
            let problem = MaskedColumn::new(&kind, &number).unwrap_err();
            assert!(problem.contains("numeric(10,2)"), "{problem}");
        }
        assert!(MaskedColumn::new(&MaskKind::Email, &typed("bigint", "int8")).is_err());
        let masked = MaskedColumn::new(&MaskKind::Sql("round({column}, -1)".into()), &number).unwrap();
        assert_eq!(
            masked.expression,
            r#"(case when num_nulls("c") = 1 then null else (round("c", -1)) end)::numeric(10,2)"#
        );
    }

    proptest! {
        #[test]
        fn what_is_made_depends_on_the_value_and_never_on_the_name(
            one in "\\PC{1,20}",
            two in "\\PC{1,20}",
            kind in proptest::sample::select(vec![MaskKind::Email, MaskKind::Name, MaskKind::Phone, MaskKind::Hash]),
            room in proptest::option::of(25..80_usize),
        ) {
            let of = |name: &str| {
                let column = Column { name: name.into(), characters: room, ..typed("text", "text") };
                MaskedColumn::new(&kind, &column).unwrap()
            };
            let (first, second) = (of(&one), of(&two));
            prop_assert_eq!(&first.form, &second.form);
            // The names stand for the value, quoted, and nowhere else.
            let parts: Vec<&str> = first.expression.split(&quoted(&one)).collect();
            prop_assert!(parts.len() > 1);
            prop_assert_eq!(parts.join(&quoted(&two)), second.expression);
        }
    }

    #[test]
    fn the_salt_is_asked_for_and_never_written() {
        let masked = MaskedColumn::new(&MaskKind::Hash, &typed("uuid", "uuid")).unwrap();
        assert_eq!(
            masked.expression,
            "(substr(encode(sha256(convert_to(current_setting('pg_rehearse.salt') || \"c\"::text, 'UTF8')), 'hex'), \
             1, 32))::uuid"
        );
    }
}
