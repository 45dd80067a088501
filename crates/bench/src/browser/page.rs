//! Our page in Chromium: what it weighs, how soon it can be used, and whether it stays alive while a file is read, checked
//! and scrolled.
//!
//! `browser/alive.mjs` measures, on the wall clock; here the rounds become rows.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::process::{Command, Stdio};

use passmuster_bench::{People, Profile};
use passmuster_core::mapping::FileFormat;
use serde::Deserialize;

use crate::clock::median;
use crate::peers::Files;
use crate::server::serving::{Database, Serving};
use crate::table::{Results, Row, Unit};

const ROUNDS: usize = 5;

/// How many rows are scrolled through.
const ROWS: u64 = 1_000_000;

/// What a frame may take.
const FRAME_MS: f64 = 32.0;

#[derive(Deserialize)]
struct Weights {
    page: f64,
    checker: f64,
    workbooks: f64,
}

/// What was seen from one act of a person to its end.
#[derive(Deserialize)]
struct Seen {
    /// The first of what was waited for.
    first_ms: f64,
    /// All of it.
    shown_ms: f64,
    /// The longest time without a word from the worker.
    silence_ms: f64,
    /// Those of the page's thread of more than 50 ms.
    long_tasks: Vec<f64>,
}

#[derive(Deserialize)]
struct Outcome {
    weights: Weights,
    first_ms: Vec<f64>,
    reading: Vec<Seen>,
    checking: Vec<Seen>,
    cancel_ms: Vec<f64>,
    rows: u64,
    frames: Vec<Vec<f64>>,
}

pub(super) fn run(chromium: &str, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let folder = crate::kept().join("files");
    Files::write(Profile::Full, &folder)?;
    let rows = folder.join("rows.csv");
    People::new(Profile::Lean, ROWS).write_csv(BufWriter::new(File::create(&rows)?))?;
    fs::write(folder.join("rows.csv.mapping"), Profile::Lean.mapping(FileFormat::Csv))?;
    let serving = Serving::start(&Database::Sqlite)?;
    let output = Command::new("node")
        .arg(crate::root().join("crates/bench/browser/alive.mjs"))
        .args([serving.url().as_str(), chromium])
        .arg(&folder)
        .arg(ROUNDS.to_string())
        .stderr(Stdio::inherit())
        .output()?;
    drop(serving);
    // It is large, and nothing else needs it.
    fs::remove_file(&rows)?;
    if !output.status.success() {
        return Err("alive.mjs failed".into());
    }
    let outcome: Outcome = serde_json::from_slice(&output.stdout)?;
    if outcome.rows != ROWS {
        return Err(format!("the grid has {} rows", outcome.rows).into());
    }
    alive(&outcome, results);
    light(&outcome, results);
    Ok(())
}

/// Goal 8.
fn alive(outcome: &Outcome, results: &mut Results) {
    let Outcome { reading, checking, .. } = outcome;
    for (work, seen) in [("read", reading), ("checked", checking)] {
        let counts: Vec<f64> = seen.iter().map(|seen| seen.long_tasks.len() as f64).collect();
        let longest = seen
            .iter()
            .flat_map(|seen| &seen.long_tasks)
            .copied()
            .fold(0.0, f64::max);
        let row = Row::new(
            8,
            format!("tasks over 50 ms of the page's thread, 15 MB being {work}"),
            "",
            median(&counts),
            Unit::Count,
        );
        let remark = match longest {
            0.0 => "none in any round".to_owned(),
            _ => format!("median of {ROUNDS} rounds; the longest of all rounds {longest:.0} ms"),
        };
        results.add(row.bound(0.0).remark(remark));
        let silences: Vec<f64> = seen.iter().map(|seen| seen.silence_ms).collect();
        let work = format!("longest time without news of the progress, 15 MB being {work}");
        results.add(Row::new(8, work, "", median(&silences), Unit::Milliseconds).bound(100.0));
    }
    let first: Vec<f64> = checking.iter().map(|seen| seen.first_ms).collect();
    let shown: Vec<f64> = checking.iter().map(|seen| seen.shown_ms).collect();
    let row = Row::new(
        8,
        "first problems of 15 MB, from pressing Check",
        "",
        median(&first),
        Unit::Milliseconds,
    );
    let remark = format!("the whole report after {:.0} ms", median(&shown));
    results.add(row.bound(300.0).remark(remark));
    let row = Row::new(
        8,
        "Cancel, 15 MB being read",
        "",
        median(&outcome.cancel_ms),
        Unit::Milliseconds,
    );
    results.add(row.bound(100.0).remark("until the next file can be chosen"));
}

/// Goal 16.
fn light(outcome: &Outcome, results: &mut Results) {
    let Weights {
        page,
        checker,
        workbooks,
    } = outcome.weights;
    for (work, weight, bound) in [
        ("WebAssembly of a first visit, as sent", page, 150.0),
        ("WebAssembly of the checker, as sent", checker, 330.0),
        ("WebAssembly of the first workbook, as sent", workbooks, 300.0),
    ] {
        results.add(Row::new(16, work, "", weight / 1000.0, Unit::Kilobytes).bound(bound));
    }
    let work = "first usable page, on a processor slowed 4 times";
    results.add(Row::new(16, work, "", median(&outcome.first_ms), Unit::Milliseconds).bound(1500.0));
    let over = |frames: &Vec<f64>| frames.iter().filter(|gap| **gap > FRAME_MS).count() as f64;
    let counts: Vec<f64> = outcome.frames.iter().map(over).collect();
    let all: Vec<f64> = outcome.frames.iter().flatten().copied().collect();
    let longest = all.iter().copied().fold(0.0, f64::max);
    let row = Row::new(
        16,
        format!("frames over {FRAME_MS} ms, {ROWS} rows being scrolled"),
        "",
        median(&counts),
        Unit::Count,
    );
    let each = all.len() / outcome.frames.len().max(1);
    let remark = format!("of {each}; median {:.0} ms, longest {longest:.0} ms", median(&all));
    results.add(row.bound(0.0).remark(remark));
}
