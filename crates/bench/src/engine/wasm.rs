//! The check as WebAssembly in Node, in turn with the native one: its CPU time, and its memory afterwards.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use passmuster_bench::People;
use passmuster_bench::baseline::scan;
use passmuster_core::mapping::FileFormat;

use crate::clock::{cpu_ms, in_turn};
use crate::table::{Results, Row, Unit};

pub(crate) fn run(people: &People, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let profile = people.profile();
    let name = profile.name();
    let package = crate::target().join("wasm-node");
    let work = format!("full check of {name}.csv as WebAssembly, Node");
    if !package.is_dir() {
        results.add(Row::missing(6, work, "native", "cargo xtask bench engine builds it"));
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (file, document) = (folder.path().join("file.csv"), folder.path().join("mapping.json"));
    let bytes = people.csv();
    fs::write(&file, &bytes)?;
    fs::write(&document, profile.mapping(FileFormat::Csv))?;
    let mapping = super::mapping(profile, FileFormat::Csv);
    let mut node = Command::new("node")
        .arg(crate::root().join("crates/bench/src/engine/wasm.mjs"))
        .args([&package, &file, &document])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut orders = node.stdin.take().ok_or("no standard input")?;
    let mut answers = BufReader::new(node.stdout.take().ok_or("no standard output")?);
    let mut memory = 0.0;
    // optimised code takes over after some rounds
    for _ in 0..4 {
        ask(&mut orders, &mut answers)?;
    }
    let [scans, checks, wasm] = in_turn(
        super::ROUNDS,
        [
            &mut || cpu_ms(&mut || super::done(scan(bytes.as_slice()))),
            &mut || cpu_ms(&mut || super::done(super::check(&bytes, &mapping))),
            &mut || {
                let (time, bytes) = ask(&mut orders, &mut answers).unwrap_or((f64::NAN, f64::NAN));
                memory = bytes;
                time
            },
        ],
    );
    drop(orders);
    node.wait()?;
    results.add(Row::ratio(6, work.clone(), "the same, native", (&wasm, &checks)).bound(2.0));
    results.add(Row::ratio(6, work, super::SCAN, (&wasm, &scans)));
    let bound = (2.0 * bytes.len() as f64) / 1048576.0 + 4.0;
    let work = format!("linear memory after the check of {name}.csv");
    results.add(Row::new(4, work, "", memory / 1048576.0, Unit::Mebibytes).bound(bound));
    Ok(())
}

/// Has one check done: CPU milliseconds, and bytes of memory after it.
fn ask(orders: &mut impl std::io::Write, answers: &mut impl BufRead) -> Result<(f64, f64), Box<dyn Error>> {
    writeln!(orders)?;
    orders.flush()?;
    let mut line = String::new();
    answers.read_line(&mut line)?;
    let (time, memory) = line.trim().split_once(' ').ok_or("node ended early")?;
    Ok((time.parse()?, memory.parse()?))
}
