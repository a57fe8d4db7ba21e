//! The nth value of a type as the server's text form: the same in every run, and another for another n where the type has room.

use super::chance::mix;
use super::facts::{Type, Types};

/// Words that texts are made of.
const WORDS: [&str; 16] = [
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbour", "island", "juniper", "kelp", "lantern",
    "meadow", "north", "orchard", "pebble",
];
/// 2024-01-01 in seconds since 1970.
const FIRST: u64 = 1_704_067_200;
/// Seconds between two moments: 37 minutes and a bit, so that hours and days differ too.
const STEP: u64 = 2_237;

/// The nth value; `None` where no value of the type is known.
pub(super) fn nth(types: &Types, oid: u64, modifier: i32, n: u64, column: &str) -> Option<String> {
    made(types, oid, modifier, n, column, 0)
}

fn made(types: &Types, oid: u64, modifier: i32, n: u64, column: &str, depth: u32) -> Option<String> {
    if depth > 8 {
        return None;
    }
    let of = types.get(oid)?;
    let again = |oid: u64, modifier: i32, n: u64| made(types, oid, modifier, n, column, depth + 1);
    if let Some(base) = of.base {
        return again(base, if of.modifier >= 0 { of.modifier } else { modifier }, n);
    }
    if let Some(element) = of.element {
        let items = (0..=n % 3).map(|more| again(element, modifier, n * 3 + more));
        let items: Option<Vec<String>> = items.map(|item| item.map(|text| format!("\"{}\"", escaped(&text)))).collect();
        return Some(format!("{{{}}}", items?.join(",")));
    }
    match of.class.as_str() {
        "e" => of.labels.as_ref()?.get(usize::try_from(n).ok()? % of.labels.as_ref()?.len().max(1)).cloned(),
        "c" => {
            let parts = of.attributes.as_ref()?.iter().map(|part| again(part.oid, part.modifier, n));
            let parts: Vec<String> =
                parts.map(|part| part.map(|text| format!("\"{}\"", escaped(&text))).unwrap_or_default()).collect();
            Some(format!("({})", parts.join(",")))
        }
        "r" | "m" => {
            let (low, high) = (again(of.subtype?, -1, 2 * n)?, again(of.subtype?, -1, 2 * n + 1)?);
            let range = format!("[\"{}\",\"{}\")", escaped(&low), escaped(&high));
            Some(if of.multi { format!("{{{range}}}") } else { range })
        }
        _ => plain(of, modifier, n, column),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn plain(of: &Type, modifier: i32, n: u64, column: &str) -> Option<String> {
    let whole = n + 1;
    Some(match of.name.as_str() {
        "bool" => n.is_multiple_of(2).to_string(),
        "int2" => (1 + n % 32_000).to_string(),
        "int4" | "int8" | "oid" | "xid" | "xid8" | "cid" => whole.to_string(),
        "float4" | "float8" => format!("{}.{}", whole, ["25", "5", "125", "0625"][index(n, 4)]),
        "numeric" => numeric(modifier, n),
        "money" => format!("{}.{:02}", 1 + n % 90_000, n % 100),
        "uuid" => uuid(n, column),
        "date" => date(FIRST / 86_400 + n),
        "timestamp" => moment(n),
        "timestamptz" => format!("{}+00", moment(n)),
        "time" => clock(n * STEP),
        "timetz" => format!("{}+00", clock(n * STEP)),
        "interval" => format!("{} minutes", 5 + n),
        "json" | "jsonb" => {
            format!("{{\"n\": {n}, \"tags\": [\"{}\"], \"on\": {}}}", WORDS[index(n, 16)], n.is_multiple_of(2))
        }
        "jsonpath" => format!("$.a{n}"),
        "bytea" => format!("\\x{:016x}", mix(7, n)),
        "inet" => format!("10.{}.{}.{}", n / 62_500 % 250, n / 250 % 250, 1 + n % 250),
        "cidr" => format!("10.{}.{}.0/24", n / 250 % 250, n % 250),
        "macaddr" => format!("08:00:2b:{:02x}:{:02x}:{:02x}", n >> 16 & 255, n >> 8 & 255, n & 255),
        "macaddr8" => format!("08:00:2b:00:00:{:02x}:{:02x}:{:02x}", n >> 16 & 255, n >> 8 & 255, n & 255),
        "bit" => bits(usize::try_from(modifier).unwrap_or(1).max(1), n),
        "varbit" => bits(usize::try_from(modifier).unwrap_or(16).clamp(1, 64), n),
        "tsvector" => format!("'{}':1 '{}':2", WORDS[index(n, 16)], WORDS[index(n / 16 + 3, 16)]),
        "tsquery" => format!("'{}' & '{}'", WORDS[index(n, 16)], WORDS[index(n / 16 + 3, 16)]),
        "point" => format!("({whole},{})", n % 90),
        "line" => format!("{{1,{whole},2}}"),
        "lseg" => format!("[(0,0),({whole},1)]"),
        "box" => format!("({whole},{whole}),(0,0)"),
        "path" => format!("((0,0),({whole},1),(1,{whole}))"),
        "polygon" => format!("((0,0),({whole},0),(0,{whole}))"),
        "circle" => format!("<({whole},0),1>"),
        "xml" => format!("<a>{n}</a>"),
        "pg_lsn" => format!("0/{:X}", 0x1000 + n),
        "tid" => format!("({},1)", n % 65_000),
        "txid_snapshot" | "pg_snapshot" => format!("{whole}:{}:", whole + 1),
        "char" => char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)).to_string(),
        "name" => text(63, n, column),
        "regclass" => "pg_catalog.pg_class".to_owned(),
        "regtype" => "integer".to_owned(),
        "regproc" | "regprocedure" => ["now", "now()"][usize::from(of.name == "regprocedure")].to_owned(),
        "regnamespace" => "pg_catalog".to_owned(),
        "regrole" => "pg_monitor".to_owned(),
        "regconfig" | "regdictionary" => "simple".to_owned(),
        "int2vector" | "oidvector" => format!("1 {whole}"),
        "varchar" | "bpchar" => text(usize::try_from(modifier - 4).unwrap_or(200), n, column),
        "text" | "citext" => text(200, n, column),
        "vector" | "halfvec" => vector(usize::try_from(modifier).unwrap_or(3).max(1), n),
        "sparsevec" => {
            let length = usize::try_from(modifier).unwrap_or(8).max(1);
            format!("{{1:{}}}/{length}", f64::from(u32::try_from(n % 1000).unwrap_or(0)) / 8.0 + 0.5)
        }
        "hstore" => format!("\"n\"=>\"{n}\""),
        "ltree" => format!("{}.n{n}", WORDS[index(n, 16)]),
        "lquery" => format!("*.n{n}"),
        "ltxtquery" => format!("n{n}"),
        "cube" => format!("({whole}, {})", n % 7),
        "isbn" | "isbn13" | "ean13" => "978-0-393-04002-9".to_owned(),
        _ => return None,
    })
}

fn index(n: u64, of: u64) -> usize {
    usize::try_from(n % of).unwrap_or(0)
}

fn numeric(modifier: i32, n: u64) -> String {
    let (precision, scale) = match modifier {
        ..4 => (12, 2),
        _ => (((modifier - 4) >> 16) & 0xffff, (((modifier - 4) & 0x7ff) ^ 1024) - 1024),
    };
    let before = u32::try_from(precision - scale).unwrap_or(0).min(15);
    let whole = match before {
        0 => 0,
        _ => 1 + n % (10_u64.pow(before) - 1),
    };
    let digits = u32::try_from(scale).unwrap_or(0).min(9);
    match digits {
        0 => whole.to_string(),
        _ => format!("{whole}.{:0width$}", (n * 7 + 5) % 10_u64.pow(digits), width = digits as usize),
    }
}

fn uuid(n: u64, column: &str) -> String {
    let (one, two) = (mix(super::chance::seed(column), n), mix(n, 77));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        one >> 32,
        one >> 16 & 0xffff,
        one & 0xfff,
        two >> 48 & 0xfff,
        two & 0xffff_ffff_ffff
    )
}

/// A day by its number since 1970.
fn date(day: u64) -> String {
    // Civil from days, as Howard Hinnant has it.
    let z = day + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let y = yoe + era * 400 + u64::from(m <= 2);
    format!("{y:04}-{m:02}-{d:02}")
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

fn moment(n: u64) -> String {
    let seconds = FIRST + n * STEP;
    format!("{} {}.{:06}", date(seconds / 86_400), clock(seconds), mix(3, n) % 1_000_000)
}

fn bits(length: usize, n: u64) -> String {
    (0..length).map(|at| if at < 64 && n >> at & 1 == 1 { '1' } else { '0' }).collect()
}

/// A text of at most so many characters.
fn text(most: usize, n: u64, column: &str) -> String {
    let lower = column.to_lowercase();
    let word = WORDS[index(mix(5, n), 16)];
    let full = match () {
        () if lower.contains("mail") => format!("{word}{n}@example.com"),
        () if lower.contains("url") || lower.contains("link") || lower.contains("website") => {
            format!("https://example.com/{word}/{n}")
        }
        () if lower.contains("slug") => format!("{word}-{n}"),
        () => format!("{word} {} {n}", WORDS[index(mix(9, n), 16)]),
    };
    if full.chars().count() <= most {
        return full;
    }
    base36(n, most)
}

/// A number in so many letters and digits, the fastest in front.
pub(super) fn base36(n: u64, length: usize) -> String {
    let mut rest = n;
    let digit = |_| {
        let digit = u8::try_from(rest % 36).unwrap_or(0);
        rest /= 36;
        char::from(if digit < 26 { b'a' + digit } else { b'0' + digit - 26 })
    };
    (0..length).map(digit).collect()
}

fn vector(length: usize, n: u64) -> String {
    let component = |at: usize| {
        let number = mix(n, at as u64) % 2001;
        format!("{:.3}", (f64::from(u32::try_from(number).unwrap_or(0)) - 1000.0) / 1000.0)
    };
    format!("[{}]", (0..length).map(component).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(FIRST / 86_400), "2024-01-01");
        assert_eq!(date(FIRST / 86_400 + 59), "2024-02-29");
        assert_eq!(date(FIRST / 86_400 + 366), "2025-01-01");
    }

    #[test]
    fn texts_keep_their_length_and_differ() {
        for most in [2, 5, 30] {
            let all: std::collections::BTreeSet<String> = (0..300).map(|n| text(most, n, "name")).collect();
            assert_eq!(all.len(), 300, "{most}");
            assert!(all.iter().all(|text| text.chars().count() <= most));
        }
    }

    #[test]
    fn numbers_fit_their_precision() {
        let modifier = |precision: i32, scale: i32| ((precision << 16) | (scale & 0x7ff)) + 4;
        for n in [0, 5, 999, 123_456_789] {
            assert!(numeric(modifier(3, 2), n).len() <= 4);
            assert!(numeric(modifier(2, 2), n).starts_with("0."));
            assert!(!numeric(modifier(5, 0), n).contains('.'));
        }
    }
}
