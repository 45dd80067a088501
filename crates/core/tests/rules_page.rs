//! `RULES.md`, the page of all rules: it says what [`RULES`] says, and each rule explains itself to a person.
//!
//! `UPDATE=1 cargo test -p passmuster-core --test rules_page` writes the page anew.

use std::fmt::Write as _;
use std::path::Path;

use passmuster_core::mapping::FileFormat;
use passmuster_core::rules::{RULES, Rule};

fn page() -> String {
    let mut page = String::from(
        "# What can be wrong with a file\n\n\
         Written by `crates/core/tests/rules_page.rs` from the rules themselves. `passmuster check --explain RULE` says the\n\
         same on a terminal, and the page beside each problem. An **error** refuses the whole file; a **warning** loads it,\n\
         but perhaps not as it was meant; an **info** tells of something that was repaired or left out.\n\n\
         | rule | |\n| --- | --- |\n",
    );
    for rule in RULES {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} |", rule.id, rule.severity.as_str());
    }
    for rule in RULES {
        let _ = write!(
            page,
            "\n## {}\n\n*{}*, sent as {}\n\n{}\n",
            rule.id,
            rule.severity.as_str(),
            ids(rule),
            plain(rule)
        );
    }
    page
}

fn ids(rule: &Rule) -> String {
    let mut ids = [FileFormat::Csv, FileFormat::Json]
        .map(|format| format!("`{}`", rule.family.import_id(format).as_str()))
        .to_vec();
    ids.dedup();
    ids.join(" or ")
}

/// The explanation, with the characters that Markdown would take for its own made plain.
fn plain(rule: &Rule) -> String {
    let special = |character: char| matches!(character, '<' | '>' | '*' | '_' | '[' | ']' | '|' | '\\' | '`');
    let mut plain = String::new();
    for character in rule.explain.chars() {
        if special(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

#[test]
fn the_page_says_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RULES.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).expect("the page is there; UPDATE=1 writes it");
    assert!(
        written == page,
        "RULES.md is not what the rules say; UPDATE=1 writes it anew"
    );
}

#[test]
fn a_rule_is_explained_in_a_few_whole_sentences() {
    for rule in RULES {
        let (id, text) = (rule.id, rule.explain);
        let sentences = text.split(". ").count();
        assert!((2..=6).contains(&sentences) && text.ends_with('.'), "{id}: {text}");
        assert!(
            (100..=420).contains(&text.len()),
            "{id} has {} bytes: {text}",
            text.len()
        );
        assert!(!text.contains("  ") && !text.contains('\n'), "{id}: {text}");
    }
}
