//! The page around the sections: its policy, its landmarks, its script, the controls that only the script shows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::model::{RunReport, Verdict, seconds};
use crate::report::digest;
use crate::report::markup::escaped as esc;

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One part of the page under a heading of its own.
pub(super) struct Section {
    id: &'static str,
    title: &'static str,
    /// What the heading says beside the title, such as a count.
    note: String,
    /// HTML.
    body: String,
}

impl Section {
    /// A section; `note` is plain text, `body` is HTML.
    pub(super) fn new(id: &'static str, title: &'static str, note: impl Into<String>, body: String) -> Self {
        Self { id, title, note: note.into(), body }
    }

    fn write(&self, out: &mut String) {
        let Self { id, title, body, .. } = self;
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", esc(&self.note)) };
        out.push_str(&format!(
            "<section id=\"{id}\" aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}{note} \
             <span class=\"hits faint\"></span></h2>\n{body}</section>\n"
        ));
    }
}

/// What the page may do: its own style, its own script, nothing else.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    )
}

/// Search and filters. They come hidden: without the script they would do nothing.
const TOOLS: &str = "<div id=\"tools\" role=\"search\" aria-label=\"Filter the report\" hidden>\n\
    <label class=\"find\">Search <input id=\"find\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" \
    aria-describedby=\"keys\"></label>\n\
    <label>check <select id=\"f-c\"><option value=\"\">all</option></select></label>\n\
    <label>outcome <select id=\"f-o\"><option value=\"\">all</option></select></label>\n\
    <label>severity <select id=\"f-s\"><option value=\"\">all</option></select></label>\n\
    <button id=\"clear\" type=\"button\">Clear</button>\n\
    <div class=\"line\"><p class=\"faint\" id=\"keys\"><kbd>/</kbd> searches, <kbd>Esc</kbd> clears</p>\n\
    <p id=\"status\" role=\"status\" aria-live=\"polite\"></p></div>\n</div>\n";

/// The whole page.
pub(super) fn write(report: &RunReport, sections: &[Section]) -> String {
    let word = digest::word(report);
    let class = match digest::mood(report) {
        Verdict::Same => "good",
        Verdict::Different => "bad",
        Verdict::Incomplete => "unsure",
    };
    let (source, target) = (esc(&report.source.name), esc(&report.target.name));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{word}: {source} to {target}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the report</a>\n\
         <header class=\"{class}\"><h1>{word}</h1><p class=\"headline\">{}</p>\n\
         <p class=\"faint\">{} by pg-rehearse {}, {:.0}, took {}</p></header>\n",
        policy(),
        esc(&digest::headline(report)),
        esc(&report.verb),
        esc(&report.tool_version),
        report.started,
        seconds(report.seconds)
    );
    let link = |section: &Section| format!("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
    let links: String = sections.iter().map(link).collect();
    out.push_str(&format!(
        "<nav aria-label=\"Sections\"><ul>\n{links}</ul></nav>\n{TOOLS}<main id=\"main\" tabindex=\"-1\">\n"
    ));
    for section in sections {
        section.write(&mut out);
    }
    out.push_str(&format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The custom properties of one scheme.
    fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
        let declarations = block.split(';').filter_map(|one| one.trim().split_once(':'));
        let hex = |text: &str| {
            let text = text.trim().strip_prefix('#')?;
            let whole = if text.len() == 3 { text.chars().flat_map(|c| [c, c]).collect() } else { text.to_owned() };
            let part = |at: usize| u8::from_str_radix(&whole[at..at + 2], 16).ok().map(f64::from);
            Some([part(0)?, part(2)?, part(4)?])
        };
        declarations.filter_map(|(name, value)| Some((name.trim(), hex(value)?))).collect()
    }

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(one: [f64; 3], two: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let linear = colour
                .map(|part| part / 255.0)
                .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, two) = (luminance(one), luminance(two));
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    #[test]
    fn every_text_stands_out_in_both_schemes() {
        assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.01);
        let blocks: Vec<&str> = CSS.split(":root {").skip(1).filter_map(|rest| rest.split('}').next()).collect();
        let [light, dark] = blocks.as_slice() else { panic!("two schemes: {blocks:?}") };
        let light = colours(light);
        let dark: BTreeMap<&str, [f64; 3]> = light.clone().into_iter().chain(colours(dark)).collect();
        assert_ne!(light["--paper"], dark["--paper"]);
        for (scheme, colours) in [("light", &light), ("dark", &dark)] {
            let mut looked_at = 0;
            let texts = ["--ink", "--faint", "--good", "--bad", "--unsure", "--link"];
            for (text, ground) in texts.iter().flat_map(|text| [(*text, "--paper"), (*text, "--panel")]) {
                looked_at += 1;
                let found = contrast(colours[text], colours[ground]);
                assert!(found >= 4.5, "{scheme}: {text} on {ground} is {found:.2}");
            }
            for ground in ["--del", "--ins"] {
                let found = contrast(colours["--ink"], colours[ground]);
                assert!(found >= 4.5, "{scheme}: --ink on {ground} is {found:.2}");
            }
            // What is no text but has to be seen: borders of controls, edges of the graph, the mark of the focus.
            for mark in ["--edge", "--focus"] {
                let found = contrast(colours[mark], colours["--paper"]);
                assert!(found >= 3.0, "{scheme}: {mark} is {found:.2}");
            }
            assert_eq!(looked_at, 12);
        }
    }

    #[test]
    fn the_script_ends_where_it_ends_and_loads_nothing() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        for way in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttp", "import"]
        {
            assert!(!SCRIPT.contains(way), "{way}");
        }
        assert!(!CSS.contains("url(") && !CSS.contains("@import"));
    }
}
