//! The Debian mirror this machine itself uses.

use std::fs;
use std::path::{Path, PathBuf};

/// The first Debian mirror among this machine's package sources; none on other systems, where debootstrap has its default.
pub(super) fn of_this_machine() -> Option<String> {
    let apt = Path::new("/etc/apt");
    let mut files: Vec<PathBuf> = fs::read_dir(apt.join("sources.list.d"))
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    files.insert(0, apt.join("sources.list"));
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| first_in(&text))
}

/// The first mirror of the Debian archive proper in a sources file of either format.
fn first_in(text: &str) -> Option<String> {
    text.lines().map(str::trim).filter(|line| line.starts_with("URIs:") || line.starts_with("deb ")).find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        words.find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian")).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::first_in;

    #[test]
    fn both_formats_are_read() {
        let list = "# deb http://old.test/debian sid main\ndeb [signed-by=/k.gpg] http://a.test/debian trixie main\n";
        assert_eq!(first_in(list).as_deref(), Some("http://a.test/debian"));
        let stanza = "Types: deb\nURIs: http://b.test/debian/\nSuites: trixie\n";
        assert_eq!(first_in(stanza).as_deref(), Some("http://b.test/debian/"));
    }

    #[test]
    fn other_archives_are_passed_over() {
        let text = "deb http://c.test/debian-security trixie main\nURIs: http://d.test/ubuntu\n";
        assert_eq!(first_in(text), None);
    }
}
