//! How many instructions the check of a file takes, as a ratio to the least that reading it takes: counted by callgrind,
//! which no other work on the machine disturbs. A change that makes the engine dearer fails here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path, process::Command};

use passmuster_bench::{People, Profile};
use passmuster_core::mapping::FileFormat;
use passmuster_tests::root;

const USERS: u64 = 10_000;
/// By how much a ratio may pass what was measured last.
const SLACK: f64 = 1.03;

/// File, what its check is held against, and the ratio that was measured last. Lower it when the engine gets quicker.
const MEASURED: [(Profile, FileFormat, &str, f64); 4] = [
    (Profile::Full, FileFormat::Csv, "scan", 1.918),
    (Profile::Lean, FileFormat::Csv, "scan", 2.357),
    (Profile::Full, FileFormat::Json, "walk", 2.053),
    (Profile::Lean, FileFormat::Json, "walk", 2.337),
];

#[test]
fn a_check_takes_no_more_instructions_than_before() {
    let program = build();
    let folder = tempfile::tempdir().unwrap();
    let (file, mapping) = (folder.path().join("file"), folder.path().join("mapping.json"));
    let mut dearer = Vec::new();
    for (profile, format, base, measured) in MEASURED {
        let people = People::new(profile, USERS);
        let (bytes, ending) = match format {
            FileFormat::Csv => (people.csv(), "csv"),
            FileFormat::Json => (people.json(), "json"),
        };
        fs::write(&file, bytes).unwrap();
        fs::write(&mapping, profile.mapping(format)).unwrap();
        let [check, base_count] = ["check", base].map(|work| instructions(&program, work, &file, &mapping));
        let ratio = check as f64 / base_count as f64;
        let line = format!(
            "{}.{ending}: {:.1} million instructions are {ratio:.3} times the {base}; measured last: {measured}",
            profile.name(),
            check as f64 / 1e6
        );
        println!("{line}");
        if ratio > measured * SLACK {
            dearer.push(line);
        }
    }
    assert!(dearer.is_empty(), "dearer than before:\n{}", dearer.join("\n"));
}

/// The program that does one piece of work, with optimisation.
fn build() -> String {
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "--offline",
            "--package",
            "passmuster-bench",
        ])
        .args(["--bin", "passmuster-work", "--message-format", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        message["executable"].as_str().map(str::to_owned)
    });
    executable.expect("cargo tells where it put the program")
}

/// What the work takes when it is done a second time, everything being warm.
fn instructions(program: &str, work: &str, file: &Path, mapping: &Path) -> u64 {
    let [once, twice] = ["1", "2"].map(|times| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program, work])
            .args([file, mapping])
            .arg(times)
            .output()
            .expect("valgrind is on this machine: start the tests with `cargo xtask test`");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let count = said
            .lines()
            .find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<u64>().ok());
        count.unwrap_or_else(|| panic!("callgrind counted nothing:\n{said}"))
    });
    twice - once
}
