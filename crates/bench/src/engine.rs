//! `passmuster-bench engine`: the check of a file against the least that reading it takes.
//!
//! Everything in turn, round by round; CPU time of the thread; the median of the ratios of the rounds.

pub(crate) mod gigabyte;
mod hostile;
pub(crate) mod memory;
mod together;
mod wasm;

use std::error::Error;
use std::hint::black_box;
use std::io::Cursor;

use calamine::{Reader, Xlsx};
use passmuster_bench::baseline::{scan, walk};
use passmuster_bench::workbook::workbook;
use passmuster_bench::{People, Profile};
use passmuster_core::import::{Options, prepare, prepare_sheet};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::problem::Report;

use crate::clock::{cpu_ms, in_turn};
use crate::table::{Results, Row};

/// How often each work is done.
const ROUNDS: usize = 11;
/// Opening a workbook takes ten times as long as reading CSV.
const WORKBOOK_ROUNDS: usize = 5;

const SCAN: &str = "csv crate, ByteRecord scan";

pub(crate) fn mapping(profile: Profile, format: FileFormat) -> Mapping {
    Mapping::parse(profile.mapping(format).as_bytes()).expect("the mapping of our files is sound")
}

pub(crate) fn check(file: &[u8], mapping: &Mapping) -> Report {
    prepare(black_box(file), mapping, &Options::default()).into_report()
}

/// Drops what came of a work, which therefore has to be done.
fn done<T>(outcome: T) {
    black_box(outcome);
}

/// Everything, or the parts that are named: `csv`, `threads`, `json`, `excel`, `wasm`, `memory`, `hostile`, `gigabyte`; the
/// last one only when it is named. What was measured of the others before stays.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let parts: Vec<&str> = arguments.iter().map(|part| part.trim_start_matches('-')).collect();
    let is_wanted = |part: &str| parts.contains(&part) || (parts.is_empty() && part != "gigabyte");
    let mut results = Results::new("cargo xtask bench engine");
    let people = [Profile::Full, Profile::Lean].map(|profile| People::new(profile, profile.users()));
    if is_wanted("csv") {
        for people in &people {
            csv(people, &mut results);
        }
    }
    if is_wanted("threads") {
        for people in &people {
            together::run(people, &mut results);
        }
    }
    if is_wanted("wasm") {
        for people in &people {
            wasm::run(people, &mut results)?;
        }
    }
    if is_wanted("json") {
        for people in &people {
            json(people, &mut results);
        }
    }
    if is_wanted("excel") {
        excel(&people[0], &mut results);
    }
    if is_wanted("memory") {
        for people in &people {
            memory::run(people, &mut results)?;
        }
    }
    if is_wanted("hostile") {
        hostile::run(&mut results)?;
    }
    if is_wanted("gigabyte") {
        gigabyte::run(&mut results)?;
    }
    results.save(&crate::kept(), "engine")?;
    Ok(())
}

fn csv(people: &People, results: &mut Results) {
    let profile = people.profile();
    let (clean, dirty) = (people.csv(), people.clone().dirty().csv());
    let mapping = mapping(profile, FileFormat::Csv);
    let report = check(&clean, &mapping);
    assert_eq!(
        (report.records, report.error_count),
        (people.count(), 0),
        "{:?}",
        report.problems.first()
    );
    let [scans, checks, dirty_checks] = in_turn(
        ROUNDS,
        [
            &mut || cpu_ms(&mut || done(scan(clean.as_slice()))),
            &mut || cpu_ms(&mut || done(check(&clean, &mapping))),
            &mut || cpu_ms(&mut || done(check(&dirty, &mapping))),
        ],
    );
    let (name, megabytes) = (profile.name(), clean.len() as f64 / 1e6);
    let bound = if profile == Profile::Full { 1.5 } else { 1.75 };
    let work = format!("full check of {name}.csv ({megabytes:.1} MB, {} users)", people.count());
    results.add(Row::ratio(1, work, SCAN, (&checks, &scans)).bound(bound));
    let work = format!("check of {name}-dirty.csv, 1 % of the rows at fault");
    results.add(Row::ratio(15, work, "the clean file", (&dirty_checks, &checks)).bound(1.1));
}

fn json(people: &People, results: &mut Results) {
    // half the users make as many bytes
    let profile = people.profile();
    let users = people.count() / 2;
    let file = People::new(profile, users).json();
    let mapping = mapping(profile, FileFormat::Json);
    let report = check(&file, &mapping);
    assert_eq!(
        (report.records, report.error_count),
        (users, 0),
        "{:?}",
        report.problems.first()
    );
    let [walks, checks] = in_turn(
        ROUNDS,
        [&mut || cpu_ms(&mut || done(walk(&file))), &mut || {
            cpu_ms(&mut || done(check(&file, &mapping)))
        }],
    );
    let (name, megabytes) = (profile.name(), file.len() as f64 / 1e6);
    let work = format!("full check of {name}.json ({megabytes:.1} MB, {users} users)");
    results.add(Row::ratio(5, work, "serde_json, IgnoredAny walk", (&checks, &walks)).bound(3.0));
}

fn excel(people: &People, results: &mut Results) {
    let file = workbook(&people.csv());
    let mapping = mapping(people.profile(), FileFormat::Csv);
    let check = || {
        let workbook = passmuster_workbook::open(&file, FileFormat::Csv, None).expect("it is a workbook");
        prepare_sheet(workbook, &mapping, &Options::default()).into_report()
    };
    let report = check();
    assert_eq!(
        (report.records, report.error_count),
        (people.count(), 0),
        "{:?}",
        report.problems.first()
    );
    let [cells, checks] = in_turn(
        WORKBOOK_ROUNDS,
        [&mut || cpu_ms(&mut || cells_of(&file)), &mut || {
            cpu_ms(&mut || done(check()))
        }],
    );
    let work = format!(
        "full check of full.xlsx ({:.1} MB, {} users)",
        file.len() as f64 / 1e6,
        people.count()
    );
    results.add(Row::ratio(5, work, "calamine's cells, no check", (&checks, &cells)).bound(1.3));
}

fn cells_of(file: &[u8]) {
    let mut workbook = Xlsx::new(Cursor::new(file)).expect("it is a workbook");
    let name = workbook.sheet_names().first().cloned().expect("it has a sheet");
    let mut cells = workbook.worksheet_cells_reader(&name).expect("the sheet has cells");
    let mut count = 0_u64;
    while cells.next_cell().expect("cells can be read").is_some() {
        count += 1;
    }
    black_box(count);
}
