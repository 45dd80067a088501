//! Files made to hurt, of the same size as a clean one: what their check takes, as a ratio to the clean one's.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use passmuster_bench::{People, Profile};
use passmuster_core::mapping::FileFormat;

use crate::clock::{cpu_ms, in_turn, median};
use crate::table::{Results, Row, Unit};

const ROUNDS: usize = 3;
const BYTES: usize = 15_000_000;
/// The columns of the lean profile, which the mapping names.
const HEADER: &str = "Email,First Name,Last Name,Time Zone,Manager,Role,Team\n";

type File = (&'static str, fn() -> String);

const FILES: [File; 7] = [
    ("one record of 15 MB", one_record),
    ("a million columns", many_columns),
    ("15 million line ends", line_ends),
    ("7 million quotes", quotes),
    ("one address in every row", one_address),
    ("addresses that differ by bit 5 of a character", colliding),
    ("every cell wrong", all_wrong),
];

pub(crate) fn run(results: &mut Results) -> Result<(), Box<dyn Error>> {
    let profile = Profile::Lean;
    let mapping = super::mapping(profile, FileFormat::Csv);
    let clean = People::new(profile, profile.users()).csv();
    let folder = tempfile::tempdir()?;
    let (path, document) = (folder.path().join("file.csv"), folder.path().join("mapping.json"));
    fs::write(&document, profile.mapping(FileFormat::Csv))?;
    fs::write(&path, &clean)?;
    let clean_peak = super::memory::peak_of(&path, &document)? as f64;
    for (name, make) in FILES {
        let file = make().into_bytes();
        let [cleans, hostiles] = in_turn(
            ROUNDS,
            [
                &mut || cpu_ms(&mut || super::done(super::check(&clean, &mapping))),
                &mut || cpu_ms(&mut || super::done(super::check(&file, &mapping))),
            ],
        );
        fs::write(&path, &file)?;
        let peak = super::memory::peak_of(&path, &document)? as f64;
        // As many bytes as the clean file has.
        let share = clean.len() as f64 / file.len() as f64;
        let hostiles: Vec<f64> = hostiles.iter().map(|time| time * share).collect();
        let remark = format!(
            "{:.1} MB in {:.0} ms",
            file.len() as f64 / 1e6,
            median(&hostiles) / share
        );
        results.add(
            Row::ratio(15, name, "lean.csv, by the byte", (&hostiles, &cleans))
                .bound(3.0)
                .remark(remark),
        );
        let remark = format!("{:.1} MiB to {:.1} MiB", peak / 1048576.0, clean_peak / 1048576.0);
        let row = Row::new(
            15,
            format!("{name}: memory"),
            "lean.csv",
            peak / clean_peak,
            Unit::Times,
        );
        results.add(row.bound(2.0).remark(remark));
    }
    Ok(())
}

fn one_record() -> String {
    format!("{HEADER}joey@freshwater.com,Joey,\"{}\",,,,\n", "x".repeat(BYTES))
}

fn many_columns() -> String {
    let mut file = HEADER.trim_end().to_owned();
    for number in 0..1_000_000 {
        let _ = write!(file, ",c{number:06x}");
    }
    file.push('\n');
    file.push_str(&",".repeat(1_000_006));
    file.push('\n');
    file
}

fn line_ends() -> String {
    format!("{HEADER}{}", "\n".repeat(BYTES))
}

fn quotes() -> String {
    let mut file = HEADER.to_owned();
    while file.len() < BYTES {
        file.push_str("\"\"\"\"\"\"\"\",\"\"\"\"\"\"\"\",\"\"\"\"\"\"\"\",,,,\n");
    }
    file
}

fn one_address() -> String {
    let mut file = HEADER.to_owned();
    let mut number = 0;
    while file.len() < BYTES {
        let _ = writeln!(
            file,
            "joey@freshwater.com,Joey{number},Freshwater,America/New_York,,Account Executive,East Field 1"
        );
        number += 1;
    }
    file
}

/// Whoever folds case by setting bit 5 of every byte takes `^` for `~`: these 2^14 addresses are one to such a
/// hash, whatever its seed.
fn colliding() -> String {
    let mut file = HEADER.to_owned();
    for number in 0..1 << 14 {
        for bit in 0..14 {
            file.push(if number >> bit & 1 == 0 { '^' } else { '~' });
        }
        file.push_str("@freshwater.com,Joey,Freshwater,America/New_York,,Account Executive,East Field 1\n");
    }
    file
}

fn all_wrong() -> String {
    let mut file = HEADER.to_owned();
    let mut number = 0;
    while file.len() < BYTES {
        let _ = writeln!(
            file,
            "nobody{number},,\u{7},EST{number},nobody{number},a;b{number},c;d{number}"
        );
        number += 1;
    }
    file
}
