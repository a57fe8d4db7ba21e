//! The report's page in a real browser: what it shows, how it is used by keys, what it keeps from running, how fast it answers.

use pg_rehearse::model::RunReport;
use pg_rehearse::report::{Format, Style, render};
use serde_json::{Value, json};

use crate::support::browser::{Browser, Window};
use crate::support::command::Shell;
use crate::support::reports;

fn page(report: &RunReport) -> String {
    render(report, Format::Html, Style::default()).unwrap()
}

/// The page with something put in front of its end.
fn with(page: &str, more: &str) -> String {
    page.replace("</body>", &format!("{more}</body>"))
}

#[test]
fn a_saved_report_makes_the_same_page() {
    let report = reports::day();
    let saved = render(&report, Format::Json, Style::default()).unwrap();
    let shell = Shell::new().file("report.json", &saved);
    assert!(shell.run("report report.json --format html").exits(0).out == page(&report));
}

#[test]
fn the_page_runs_its_own_script_and_no_other() {
    let Some(browser) = Browser::find() else { return };
    let page = page(&reports::day());
    let opened = browser.open(&page, Window::WIDE);
    assert!(opened.console.is_empty(), "{:?}", opened.console);
    let ran = |dom: &str| dom.contains("<div id=\"tools\" role=\"search\" aria-label=\"Filter the report\">");
    assert!(ran(&opened.dom) && !ran(&page));

    let injected = "<script>document.title = 'INJECTED'</script>\
        <img src=\"data:,x\" onerror=\"document.title = 'INJECTED'\"><svg onload=\"document.title = 'INJECTED'\"></svg>";
    let opened = browser.open(&with(&page, injected), Window::WIDE);
    assert!(ran(&opened.dom) && !opened.dom.contains("<title>INJECTED"));
    assert!(opened.console.iter().any(|line| line.contains("Content Security Policy")), "{:?}", opened.console);
    // The same runs where no policy keeps it from running: the test would see it.
    let open = with(&page, injected).replace("http-equiv=\"Content-Security-Policy\"", "name=\"none\"");
    assert!(browser.open(&open, Window::WIDE).dom.contains("<title>INJECTED"));
}

#[test]
fn search_filters_and_keys() {
    let Some(browser) = Browser::find() else { return };
    let steps = r##"
      const visible = (selector) => all(selector).filter(seen).length;
      const sections = () => all("main > section").filter(seen).map((section) => section.id);
      const before = { sections: sections(), units: visible("#units tr[data-o]"), status: one("#status").textContent };
      key("/");
      const focused = document.activeElement.id;
      type("TABLE_003  changed");
      const found = { sections: sections(), findings: visible("#differs .finding"), status: one("#status").textContent };
      type("table_00");
      const units = { shown: visible("#units tr[data-o]"), nav: visible("nav a") };
      type("nothing is called like this");
      const none = { sections: sections(), status: one("#status").textContent };
      key("Escape", one("#find"));
      const cleared = { sections: sections(), value: one("#find").value, units: visible("#units tr[data-o]"), status: one("#status").textContent };
      choose("#f-c", "schema");
      choose("#f-o", "different");
      const filtered = { findings: visible("#differs .finding"), sections: sections() };
      choose("#f-c", "");
      choose("#f-o", "not-caught");
      const missed = { defects: visible("#defects tr[data-o]"), sections: sections() };
      one("#clear").click();
      choose("#f-s", "blocks");
      const blocks = all(".finding").filter(seen).map((finding) => finding.querySelector("strong").textContent);
      one("#clear").click();
      // In a field a slash is a slash.
      const typed = key("/", one("#find"));
      return { before, focused, found, units, none, cleared, filtered, missed, blocks, typed,
        outcomes: [...one("#f-o").options].map((option) => option.value) };
    "##;
    let answer = browser.drive(&page(&reports::day()), steps, Window::WIDE);
    let sections = answer["before"]["sections"].as_array().unwrap().len();
    assert_eq!((sections, &answer["before"]["units"], &answer["before"]["status"]), (16, &json!(0), &json!("")));
    assert_eq!(answer["focused"], "find");
    assert_eq!(
        answer["found"],
        json!({ "sections": ["differs"], "findings": 1, "status": "1 of 582 entries found" }),
        "{answer}"
    );
    // 10 tables, and the column of one of them; the link of each section that has any.
    assert_eq!(answer["units"], json!({ "shown": 11, "nav": 8 }), "{answer}");
    assert_eq!(answer["none"], json!({ "sections": [], "status": "0 of 582 entries found" }));
    assert_eq!(answer["cleared"]["sections"], answer["before"]["sections"]);
    assert_eq!(answer["cleared"]["value"], "");
    assert_eq!(answer["cleared"]["units"], 0, "the fold is closed again");
    assert_eq!(answer["cleared"]["status"], "Everything is shown again");
    assert_eq!(answer["filtered"], json!({ "findings": 1, "sections": ["checks", "differs", "units"] }), "{answer}");
    assert_eq!(answer["missed"], json!({ "defects": 1, "sections": ["defects"] }));
    assert_eq!(answer["blocks"], json!(["column public.table_004.price"]));
    assert_eq!(answer["typed"], true);
    for outcome in ["different", "incomplete", "waived", "same", "not-caught", "unused"] {
        assert!(answer["outcomes"].as_array().unwrap().contains(&json!(outcome)), "{outcome}: {answer}");
    }
}

#[test]
fn links_folds_sorting_and_print() {
    let Some(browser) = Browser::find() else { return };
    let steps = r##"
      const open = () => all("details[open]").length;
      const folds = all("details").length, first = open();
      // A link to a finding that is folded and filtered away.
      one("#f-2").open = false;
      type("table_009");
      const hidden = one("#f-2").hidden;
      location.hash = "#f-2";
      dispatchEvent(new HashChangeEvent("hashchange"));
      const revealed = [one("#f-2").open, one("#f-2").hidden, one("#find").value];
      const summaries = all("summary").filter(seen).every((summary) => summary.tabIndex === 0);
      const outlines = ["summary", "nav a", "#find", "#f-c", "#clear", "th button", ".wide"].map((selector) => {
        one(selector).focus({ focusVisible: true });
        const style = getComputedStyle(one(selector));
        return document.activeElement === one(selector) && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
      });
      const column = (name) => all("#tables thead th").findIndex((heading) => heading.textContent === name);
      const cells = (at) => all("#tables tbody tr").slice(0, 3).map((row) => row.cells[at].textContent);
      const time = one("#tables thead tr").cells[column("time")];
      time.querySelector("button").click();
      const up = [cells(0), time.getAttribute("aria-sort"), one("#status").textContent];
      time.querySelector("button").click();
      const down = [cells(0), time.getAttribute("aria-sort")];
      const unfolded = open();
      dispatchEvent(new Event("beforeprint"));
      const printed = open();
      dispatchEvent(new Event("afterprint"));
      return { outlines, folds, hidden, revealed, summaries, up, down, unfolded, printed, after: open(), first };
    "##;
    let answer = browser.drive(&page(&reports::day()), steps, Window::WIDE);
    assert_eq!(answer["hidden"], true);
    assert_eq!(answer["revealed"], json!([true, false, ""]));
    assert_eq!(answer["summaries"], true);
    assert_eq!(answer["outlines"], json!([true, true, true, true, true, true, true]), "where the focus is can be seen");
    let tables = |answer: &Value| answer[0].clone();
    assert_eq!(tables(&answer["up"]), json!(["public.table_000", "public.table_001", "public.table_002"]));
    assert_eq!(answer["up"][1], "ascending");
    assert_eq!(answer["up"][2], "Sorted by time, ascending");
    assert_eq!(tables(&answer["down"]), json!(["public.table_149", "public.table_148", "public.table_147"]));
    assert_eq!(answer["printed"], answer["folds"], "paper has no folds");
    assert_eq!(answer["after"], answer["unfolded"]);
}

/// What the page has whether or not its script runs.
const STRUCTURE: &str = r##"
  const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.localName[1]));
  const ids = all("[id]").map((element) => element.id);
  const named = (field) => field.labels?.length > 0 && field.labels[0].textContent.trim() !== "";
  return {
    language: document.documentElement.lang,
    headings: levels.filter((level) => level === 1).length,
    skipped: levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length,
    landmarks: ["header", "nav[aria-label]", "main", "[role=search]"].map((selector) => all(selector).length),
    skip: one("a").getAttribute("href") === "#" + one("main").id,
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    nowhere: all("a[href^='#']").map((link) => link.getAttribute("href").slice(1)).filter((id) => !ids.includes(id)),
    elsewhere: all("[src], [href]:not([href^='#'])").length,
    tables: all("table").length,
    captions: all("table > caption").filter((caption) => caption.textContent.trim() !== "").length,
    unscoped: all("th:not([scope])").length,
    empty: all("thead th").filter((heading) => heading.textContent.trim() === "").length,
    headless: all("tbody tr").filter((row) => !row.querySelector("th[scope=row]")).length,
    unnamed: all("input, select").filter((field) => !named(field)).length,
    regions: all("[role=region]").filter((region) => !region.getAttribute("aria-label")).length,
    pictures: all("svg").filter((svg) => svg.getAttribute("aria-hidden") !== "true" && !svg.getAttribute("aria-label")).length,
    tabs: all("[tabindex]").filter((element) => element.tabIndex > 0).length,
    live: one("#status").getAttribute("aria-live"),
    sections: all("main > section").length,
    unlabelled: all("main > section").filter((section) => !document.getElementById(section.getAttribute("aria-labelledby"))).length,
    hidden: all("main [hidden]").length,
    entries: all("[data-o]").length,
    handlers: all("*").filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length,
    nodes: all("svg.graph .node").length,
    listed: all("#plan li").length,
    loops: all("svg.graph .loop").length,
    cyclic: all("svg.graph .edge.cycle").length,
    differing: all("svg.graph .node.differs").length,
    bars: all(".timeline .ran").length,
  };
"##;

#[test]
fn readable_by_ear_and_by_keys_and_whole_without_the_script() {
    let Some(browser) = Browser::find() else { return };
    let page = page(&reports::day());
    let (before, rest) = page.split_once("<script>").unwrap();
    let without = format!("{before}{}", rest.split_once("</script>").unwrap().1);
    let answer = browser.drive(&without, STRUCTURE, Window::WIDE);
    let expected = json!({
        "language": "en", "headings": 1, "skipped": 0, "landmarks": [1, 1, 1, 1], "skip": true, "twice": [], "nowhere": [],
        "elsewhere": 0, "unscoped": 0, "empty": 0, "headless": 0, "unnamed": 0, "regions": 0, "pictures": 0, "tabs": 0,
        "live": "polite", "sections": 16, "unlabelled": 0, "hidden": 0, "handlers": 0, "entries": 582,
        "nodes": 150, "listed": 150, "loops": 1, "cyclic": 2, "differing": 2, "bars": 5,
        "tables": answer["captions"], "captions": answer["captions"],
    });
    assert_eq!(answer, expected);
    assert!(answer["tables"].as_u64() > Some(10));
    // With it nothing of that is another.
    assert_eq!(browser.drive(&page, STRUCTURE, Window::WIDE), expected);
}

/// Opens every fold, so that whatever could be too wide is laid out, and measures.
const FITS: &str = r#"
  const fold = () => [document.documentElement.scrollWidth <= innerWidth, innerWidth, document.documentElement.scrollWidth];
  const closed = fold();
  for (const one of all("details")) one.open = true;
  const wide = all("body *").filter((one) => !one.closest(".wide") && one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5);
  return { closed, opened: fold(), injected: window.injected ?? null, wide: wide.map((one) => one.outerHTML.slice(0, 200)),
    paper: getComputedStyle(document.body).backgroundColor };
"#;

#[test]
fn nothing_of_a_hostile_catalog_runs_and_all_of_it_fits() {
    let Some(browser) = Browser::find() else { return };
    for page in [page(&reports::hostile(300)), page(&reports::day())] {
        for (window, paper) in [
            (Window::NARROW, "rgb(255, 255, 255)"),
            (Window::NARROW.dark(), "rgb(20, 24, 28)"),
            (Window::WIDE, "rgb(255, 255, 255)"),
        ] {
            let answer = browser.drive(&page, FITS, window);
            assert_eq!(answer["injected"], Value::Null, "{answer}");
            assert_eq!(answer["closed"][1], window.width, "{answer}");
            assert_eq!(
                (&answer["closed"][0], &answer["opened"][0]),
                (&json!(true), &json!(true)),
                "{window:?}: {answer}"
            );
            assert_eq!(answer["paper"], paper);
        }
    }
    // Without a policy, too: it is escaping that keeps it from running.
    let open = page(&reports::hostile(300));
    let answer = browser.open(
        &with(&open, "<script>document.body.append('injected is ' + window.injected)</script>")
            .replace("http-equiv=\"Content-Security-Policy\"", "name=\"none\""),
        Window::WIDE,
    );
    assert!(answer.dom.contains("injected is undefined"));
}

#[test]
fn five_thousand_findings_are_searched_within_a_fifth_of_a_second() {
    let Some(browser) = Browser::find() else { return };
    // Each key is pressed in five rounds, of which the best counts: other programs use this machine too.
    let steps = r##"
      const there = performance.now();
      const words = ["t", "ti", "tit", "titl", "title", "title<", "", "7", "77", "777", "no such thing", ""];
      const rounds = [0, 1, 2, 3, 4].map(() => words.map((word) => {
        const before = performance.now();
        type(word);
        document.body.getBoundingClientRect();
        return performance.now() - before;
      }));
      const unasked = all("#differs .finding").filter((one) => !one.hidden).length;
      one("#f-4000").open = false;
      location.hash = "#f-4000";
      dispatchEvent(new HashChangeEvent("hashchange"));
      const linked = [one("#f-4000").hidden, one("#f-4000").open];
      type("t");
      type("");
      dispatchEvent(new Event("beforeprint"));
      const printed = all("#differs .finding").filter((one) => !one.hidden).length;
      dispatchEvent(new Event("afterprint"));
      choose("#f-c", "grants");
      const line = one("#status").textContent, shown = all("#differs .finding").filter(seen).length;
      one("#differs > p button").click();
      const more = all("#differs .finding").filter((one) => !one.hidden).length;
      const times = words.map((word, at) => [word, Math.min(...rounds.map((round) => round[at]))]);
      return { there, times, line, unasked, linked, printed, shown, more, injected: window.injected ?? null };
    "##;
    let answer = browser.drive(&page(&reports::hostile(5_000)), steps, Window::WIDE);
    eprintln!("5,000 findings: there after {} ms; milliseconds of each key: {}", answer["there"], answer["times"]);
    let slow = answer["times"].as_array().unwrap().iter().filter(|time| time[1].as_f64().unwrap() >= 200.0);
    assert_eq!(slow.collect::<Vec<_>>(), Vec::<&Value>::new());
    assert!(answer["there"].as_f64().unwrap() < 5_000.0, "{answer}");
    assert_eq!((&answer["shown"], &answer["injected"]), (&json!(100), &Value::Null), "{answer}");
    assert_eq!(answer["more"], 1_500);
    assert_eq!((&answer["unasked"], &answer["printed"]), (&json!(250), &json!(5_000)));
    assert_eq!(answer["linked"], json!([false, true]));
}

/// Width and height that a PNG says of itself.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[1..4], b"PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn pictures_show_something_in_every_window() {
    let Some(browser) = Browser::find() else { return };
    let own = tempfile::tempdir().unwrap();
    // To look at them: `PG_REHEARSE_PICTURES=FOLDER`.
    let folder = std::env::var_os("PG_REHEARSE_PICTURES").map_or_else(|| own.path().to_owned(), Into::into);
    let blank = browser.picture("<!doctype html><title>a</title>", Window::WIDE, &own.path().join("blank.png")).len();
    for (name, report) in [("day", reports::day()), ("hostile", reports::hostile(300))] {
        let page = page(&report);
        std::fs::write(folder.join(format!("{name}.html")), &page).unwrap();
        for window in [Window::WIDE, Window::NARROW, Window::WIDE.dark(), Window::NARROW.dark()] {
            let scheme = if window.dark { "dark" } else { "light" };
            let path = folder.join(format!("{name}-{}-{scheme}.png", window.width));
            let png = browser.picture(&page, window, &path);
            assert_eq!(size(&png), (window.width, window.height));
            assert!(png.len() > 5 * blank, "{name} {window:?}: {} bytes, and a blank page has {blank}", png.len());
        }
    }
}
