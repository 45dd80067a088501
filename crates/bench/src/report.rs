//! `passmuster-bench report`: what was measured last into README.md, between its markers, and into a chart.
//!
//! No figure is written by hand; the words about a goal that is missed are, in [`WHY`].

mod chart;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use crate::table::{Results, Row, Unit};

const BEGIN: &str = "<!-- Written by `cargo xtask bench report`; mend crates/bench instead. -->\n";
const END: &str = "<!-- End of what `cargo xtask bench report` writes. -->\n";

/// The files of results, in the order in which they are told, each with the kinds of work that it has.
const KEPT: [&str; 4] = ["engine", "browser", "peers", "server"];

/// Headings, and the goals below them.
const PARTS: [(&str, &[u8]); 4] = [
    (
        "Checking a file, on one core unless two are named",
        &[1, 2, 3, 4, 5, 15],
    ),
    ("In the browser", &[6, 8, 16]),
    ("Beside other programs", &[7]),
    ("Loading it into the server", &[9, 10, 11, 12, 13, 14]),
];

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mut all = Vec::new();
    for name in KEPT {
        let file = crate::kept().join(format!("{name}.json"));
        match fs::read(&file) {
            Ok(text) => all.push(serde_json::from_slice::<Results>(&text)?),
            Err(_) => println!("{} is not there: run `cargo xtask bench {name}`", file.display()),
        }
    }
    let rows: Vec<(&Results, &Row)> = all
        .iter()
        .flat_map(|results| results.rows.iter().map(move |row| (results, row)))
        .collect();
    let section = section(&all, &rows);
    let readme = crate::root().join("README.md");
    let text = fs::read_to_string(&readme)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("README.md has no place for it")?;
    let (_, after) = rest.split_once(END).ok_or("README.md has no end of it")?;
    fs::write(&readme, format!("{before}{BEGIN}{section}{END}{after}"))?;
    fs::write(crate::root().join("crates/bench/chart.svg"), chart::draw(&rows))?;
    Ok(())
}

fn section(all: &[Results], rows: &[(&Results, &Row)]) -> String {
    let mut text = String::new();
    // A String takes whatever is written to it.
    let _ = writeln!(
        text,
        "\n![How many times longer others take for the same check](crates/bench/chart.svg)\n"
    );
    let machine = all.first().map_or("", |results| results.machine.as_str());
    let date = all
        .iter()
        .map(|results| results.date.as_str())
        .max()
        .unwrap_or_default();
    let _ = writeln!(text, "Measured {date} on {machine}.\n");
    for (heading, goals) in PARTS {
        let part: Vec<_> = rows.iter().filter(|(_, row)| goals.contains(&row.goal)).collect();
        if part.is_empty() {
            continue;
        }
        let mut commands: Vec<&str> = part.iter().map(|(results, _)| results.command.as_str()).collect();
        if part.iter().any(|(_, row)| row.goal == 3) {
            commands.push("cargo xtask bench engine --gigabyte");
        }
        commands.dedup();
        let _ = writeln!(text, "**{heading}** (`{}`)\n", commands.join("`, `"));
        let _ = writeln!(text, "| work | against | goal | measured | |");
        let _ = writeln!(text, "| --- | --- | --- | --- | --- |");
        for (_, row) in &part {
            let quicker = match row.unit {
                Unit::TimesFaster if row.measured.is_some() => " quicker",
                _ => "",
            };
            let missed = match row.is_reached() {
                Some(false) => ", **missed**",
                _ => "",
            };
            let measured = format!("{}{quicker}{missed}", row.measured_shown());
            let (work, base, goal, remark) = (&row.work, &row.base, row.goal_shown(), &row.remark);
            let _ = writeln!(text, "| {work} | {base} | {goal} | {measured} | {remark} |");
        }
        text.push('\n');
        for (goal, why) in WHY {
            let is_missed = part
                .iter()
                .any(|(_, row)| row.goal == goal && row.is_reached() == Some(false));
            if is_missed {
                let _ = writeln!(text, "- {why}");
            }
        }
        if text.ends_with("- ") || !text.ends_with("\n\n") {
            text.push('\n');
        }
    }
    text
}

/// Why a goal is missed, where one is.
const WHY: [(u8, &str); 15] = [
    (
        1,
        "The check itself: finding repeated addresses and managers is a look-up in memory for every row, which a bare scan never makes.",
    ),
    (
        2,
        "Two threads: reading is shared out, finding repeated addresses is not.",
    ),
    (
        3,
        "A large file: with millions of users every look-up by address waits for memory; what a bare scan reads, it forgets.",
    ),
    (
        4,
        "Memory: besides the file the check keeps one to four bytes for every cell, and a hash of each address.",
    ),
    (
        5,
        "JSON: the walk that it is held against looks at no key and keeps no text.",
    ),
    (
        6,
        "In the browser: the check as WebAssembly takes longer than the native one, as the rows above say; so much is missing.",
    ),
    (
        7,
        "Beside others: most of them tell how many cells are wrong; we also tell where, and what to do.",
    ),
    (8, "The page while a file is read: times are on the wall clock."),
    (
        9,
        "SQLite: indexes of the directory answer its queries, and each user's groups are rows of their own; the whole upload also writes the audit, from which it can be undone.",
    ),
    (10, "PostgreSQL: the audit is written besides."),
    (
        12,
        "Small uploads into a large directory: a part of the work still grows with the directory.",
    ),
    (
        13,
        "Memory of the server: the body, what was read from it, and the plan are in memory together.",
    ),
    (
        14,
        "Small uploads: what an upload costs besides its rows is not small yet, and clients and server share the cores.",
    ),
    (
        15,
        "Files made to hurt: every such byte is a row, a quote or a fault of its own, and each is looked at and counted.",
    ),
    (
        16,
        "The page's weight: the checker brings every rule with its words, the names of the time zones and tables of Unicode; frames are counted on the wall clock, without a graphics card.",
    ),
];
