//! Workbooks that were made to harm: each is refused, soon and in little memory, by the real `passmuster check`.
//!
//! What a process costs at most is read when it has all but ended: its answer does not fit into a pipe that is full already,
//! so that it waits there until it was looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod workbooks;

use std::{
    fs,
    io::{Read, Write, pipe},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use passmuster_tests::passmuster;
use serde_json::Value;

use workbooks::{MAPPING, bodies, sound};

/// What a hostile body may cost.
const TIME: Duration = Duration::from_secs(2);
const MEMORY_KIB: u64 = 128 << 10;

/// Bytes that a pipe holds.
const PIPE: usize = 64 << 10;

/// What a process of `passmuster check` said and cost.
struct Outcome {
    code: Option<i32>,
    rules: Vec<String>,
    /// Of its processor.
    time: Duration,
    peak_kib: u64,
}

fn check(file: &Path, mapping: &Path) -> Outcome {
    let (mut answer, mut full) = pipe().unwrap();
    full.write_all(&vec![b' '; PIPE]).unwrap();
    let mut child = Command::new(passmuster())
        .args([
            "check".as_ref(),
            file.as_os_str(),
            "--mapping".as_ref(),
            mapping.as_os_str(),
        ])
        .args(["--output", "json"])
        .stdout(Stdio::from(full))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let about = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
    let is_waiting = || about("wchan").contains("pipe_write") || about("syscall").starts_with("1 0x1 ");
    let start = Instant::now();
    while !is_waiting() {
        let has_ended = about("stat").contains(") Z ");
        assert!(!has_ended, "{}: it ended without an answer", file.display());
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "{}: it never answers",
            file.display()
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    let status = about("status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak_kib = peak.trim().trim_end_matches(" kB").parse().unwrap();
    // nanoseconds on a processor, first of three numbers
    let time = about("schedstat")
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .map(Duration::from_nanos);
    let mut text = String::new();
    answer.read_to_string(&mut text).unwrap();
    let code = child.wait().unwrap().code();
    let report: Value = serde_json::from_str(&text).unwrap();
    let rules = report["problems"].as_array().unwrap().iter();
    Outcome {
        code,
        rules: rules
            .map(|problem| problem["rule"].as_str().unwrap().to_owned())
            .collect(),
        time: time.unwrap(),
        peak_kib,
    }
}

#[test]
fn hostile_workbooks_are_refused_soon_and_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = folder.path().join("mapping.json");
    fs::write(&mapping, MAPPING).unwrap();
    let file = folder.path().join("body.xlsx");
    fs::write(&file, sound()).unwrap();
    let base = check(&file, &mapping);
    assert_eq!(base.rules, ["no_records"], "a sound workbook without records");
    let mut faults = String::new();
    for (name, body, rule) in bodies() {
        fs::write(&file, &body).unwrap();
        let outcome = check(&file, &mapping);
        let above = outcome.peak_kib.saturating_sub(base.peak_kib);
        println!(
            "{name}: {} bytes, {:?}, {} KiB above the {} KiB of a small one, {:?}",
            body.len(),
            outcome.time,
            above,
            base.peak_kib,
            outcome.rules
        );
        let is_refused = outcome.code == Some(1) && outcome.rules.iter().any(|found| found == rule);
        if !is_refused || outcome.time > TIME || above > MEMORY_KIB {
            faults += &format!(
                "{name}: code {:?}, {:?} (expected {rule}), {:?}, {above} KiB\n",
                outcome.code, outcome.rules, outcome.time
            );
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
