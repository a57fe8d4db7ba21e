//! Which columns look personal, by their names and types. Pure.
//!
//! A name is split into words at `_`, at spaces and where case changes. The lists are in English and Spanish.

use crate::catalog::{Column, Relation};
use crate::config::MaskKind;

/// Whole words, or two in a row, that make a column personal, with the mask for a text.
const WORDS: &[(&str, &str)] = &[
    ("email", "email"),
    ("e mail", "email"),
    ("correo", "email"),
    ("phone", "phone"),
    ("mobile", "phone"),
    ("telephone", "phone"),
    ("telefono", "phone"),
    ("celular", "phone"),
    ("whatsapp", "phone"),
    ("fax", "phone"),
    ("surname", "name"),
    ("firstname", "name"),
    ("lastname", "name"),
    ("fullname", "name"),
    ("first name", "name"),
    ("last name", "name"),
    ("middle name", "name"),
    ("full name", "name"),
    ("given name", "name"),
    ("family name", "name"),
    ("display name", "name"),
    ("guest name", "name"),
    ("customer name", "name"),
    ("contact name", "name"),
    ("patient name", "name"),
    ("apellido", "name"),
    ("apellidos", "name"),
    ("nombre completo", "name"),
    ("passport", "hash"),
    ("ssn", "hash"),
    ("national id", "hash"),
    ("tax id", "hash"),
    ("document number", "hash"),
    ("identity number", "hash"),
    ("dni", "hash"),
    ("cedula", "hash"),
    ("iban", "hash"),
    ("card number", "hash"),
    ("account number", "hash"),
    ("licence number", "hash"),
    ("license number", "hash"),
    ("street", "hash"),
    ("address", "hash"),
    ("direccion", "hash"),
    ("password", "hash"),
    ("passwd", "hash"),
    ("secret", "hash"),
    ("api key", "hash"),
    ("access token", "hash"),
    ("refresh token", "hash"),
    ("birthday", "birth"),
    ("birthdate", "birth"),
    ("dob", "birth"),
    ("birth date", "birth"),
    ("date of birth", "birth"),
    ("born on", "birth"),
    ("ip", "null"),
    ("ip address", "null"),
];

/// Words after which a column speaks about a value and does not hold it: `email_verified`, `phone_type`, `password_changed_at`.
const ABOUT: &[&str] = &[
    "verified",
    "confirmed",
    "sent",
    "type",
    "kind",
    "count",
    "enabled",
    "at",
    "id",
    "status",
    "valid",
    "language",
    "template",
    "subject",
    "change",
    "attempts",
    "provider",
    "policy",
];

/// Tables of people, in which a column `name` is a person's.
const PEOPLE: &[&str] = &[
    "users",
    "user",
    "customers",
    "customer",
    "guests",
    "guest",
    "contacts",
    "contact",
    "people",
    "person",
    "persons",
    "patients",
    "patient",
    "employees",
    "employee",
    "staff",
    "members",
    "clients",
    "leads",
    "subscribers",
    "authors",
    "students",
];

/// What is proposed for a column of a relation, if it looks personal.
pub(super) fn proposal(relation: &Relation, column: &Column) -> Option<MaskKind> {
    if column.is_generated() || column.element.is_some() || column.type_class == "e" {
        return None;
    }
    let mask = meaning(&relation.name.name, &column.name)?;
    of_type(mask, &column.type_name, column.not_null)
}

/// The mask that a column's name asks for, were it a text.
fn meaning(table: &str, column: &str) -> Option<&'static str> {
    let words = words(column);
    let found = WORDS.iter().filter(|(word, _)| contains(&words, word)).max_by_key(|(word, _)| word.len());
    let last = words.last()?;
    match found {
        // The last word of `tax_id` belongs to what it means; that of `email_id` tells that no address is in it.
        Some((word, mask)) if word.ends_with(last.as_str()) || !ABOUT.contains(&last.as_str()) => Some(mask),
        Some(_) => None,
        None if words == ["name"] => {
            self::words(table).iter().any(|word| PEOPLE.contains(&word.as_str())).then_some("name")
        }
        None => None,
    }
}

/// The proposal that a type takes.
fn of_type(mask: &str, type_name: &str, not_null: bool) -> Option<MaskKind> {
    let expression = |sql: &str| Some(MaskKind::Sql(sql.to_owned()));
    let is_text = matches!(type_name, "text" | "varchar" | "bpchar" | "citext");
    match (mask, type_name) {
        (_, "bool") => None,
        ("birth", "date") => expression("pg_catalog.date_trunc('year', {column})"),
        ("null", "inet") if not_null => expression("pg_catalog.set_masklen({column}, 24)"),
        ("email", _) if is_text => Some(MaskKind::Email),
        ("name", _) if is_text => Some(MaskKind::Name),
        ("phone", _) if is_text => Some(MaskKind::Phone),
        ("hash", _) if is_text => Some(MaskKind::Hash),
        ("hash", "uuid" | "int4" | "int8" | "bytea") => Some(MaskKind::Hash),
        // A number kept as a number, an address as a composite: no mask makes one of those.
        _ => (!not_null).then_some(MaskKind::Null),
    }
}

/// A name's words, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before_is_lower;
        if begins || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
        }
        before_is_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether one or several words stand in a row among a name's words.
fn contains(words: &[String], wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.split(' ').collect();
    words.windows(wanted.len()).any(|window| window.iter().map(String::as_str).eq(wanted.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("guestFullName"), ["guest", "full", "name"]);
        assert_eq!(words("IP_address 2"), ["ip", "address", "2"]);
        assert_eq!(words("__"), Vec::<String>::new());
    }

    #[test]
    fn a_column_is_personal_by_what_it_is_called() {
        for (table, column, wanted) in [
            ("orders", "contact_email", Some("email")),
            ("orders", "email_verified", None),
            ("orders", "email_id", None),
            ("orders", "tax_id", Some("hash")),
            ("orders", "firstName", Some("name")),
            ("guests", "name", Some("name")),
            ("hotels", "name", None),
            ("orders", "ip_address", Some("null")),
            ("orders", "shipping_address", Some("hash")),
            ("orders", "zip", None),
            ("orders", "password_changed_at", None),
            ("orders", "dateOfBirth", Some("birth")),
        ] {
            assert_eq!(meaning(table, column), wanted, "{table}.{column}");
        }
    }

    #[test]
    fn a_mask_fits_the_type_or_none_is_proposed() {
        assert_eq!(of_type("hash", "int8", true), Some(MaskKind::Hash));
        assert_eq!(of_type("phone", "int8", true), None);
        assert_eq!(of_type("phone", "int8", false), Some(MaskKind::Null));
        assert_eq!(of_type("name", "bool", false), None);
    }
}
