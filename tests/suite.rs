//! The suite: every folder of `tests/suite/` is a body, its mapping and the verdict that is expected, to the byte.
//!
//! | file | |
//! | --- | --- |
//! | `input.csv`, `input.json`, … | the body as it came, of any name that begins with `input.` |
//! | `mapping.json` | the mapping document |
//! | `sheet.txt` | the name of the sheet to read of a workbook, instead of the first visible one |
//! | `directory.json` | what the directory holds already; without it, the report only or an empty directory |
//! | `expected.json` | the report and the plan |
//! | `intent.txt` | what must come out, in words; a line `just-not: RULE` for a rule that is all but broken |
//!
//! `UPDATE_SUITE=1 cargo xtask test --test suite` writes `expected.json` anew; read the difference before landing it.
//! The same cases run in WebAssembly, as the page runs them, and have to give the same bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_tests::{root, wasm_for_node};
use similar::TextDiff;

struct Case {
    name: String,
    folder: PathBuf,
}

impl Case {
    fn input(&self) -> Vec<u8> {
        let mut files = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let input = files.find(|path| path.file_stem().is_some_and(|stem| stem == "input"));
        fs::read(input.unwrap_or_else(|| panic!("{} has no input", self.name))).unwrap()
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// The sheet of a workbook that is asked for by its name.
    fn sheet(&self) -> Option<String> {
        let name = self.file("sheet.txt")?;
        Some(String::from_utf8(name).unwrap().trim_end_matches('\n').to_owned())
    }

    /// The native verdict. That the mapping itself is refused is a verdict, too.
    fn verdict(&self) -> String {
        let mapping = self
            .file("mapping.json")
            .unwrap_or_else(|| panic!("{} has no mapping.json", self.name));
        let directory = self.file("directory.json");
        let (input, sheet) = (self.input(), self.sheet());
        let format = Mapping::parse(&mapping).map_or(FileFormat::Csv, |mapping| mapping.file_format);
        let verdict = match passmuster_workbook::open(&input, format, sheet.as_deref()) {
            Some(workbook) => passmuster_core::check_sheet_json(workbook, &mapping, directory.as_deref()),
            None => passmuster_core::check_json(&input, &mapping, directory.as_deref()),
        };
        match verdict {
            Ok(verdict) => verdict,
            Err(refusal) => serde_json::to_string_pretty(&serde_json::json!({ "refused": refusal })).unwrap(),
        }
    }
}

fn suite() -> PathBuf {
    root().join("tests/suite")
}

fn cases() -> Vec<Case> {
    let folders = fs::read_dir(suite())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let name = |folder: &Path| folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut cases: Vec<Case> = folders
        .map(|folder| Case {
            name: name(&folder),
            folder,
        })
        .collect();
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(!cases.is_empty(), "tests/suite has no case");
    cases
}

fn difference(left: (&str, &str), right: (&str, &str)) -> String {
    TextDiff::from_lines(left.1, right.1)
        .unified_diff()
        .header(left.0, right.0)
        .to_string()
}

#[test]
fn every_case_gets_the_expected_verdict() {
    let is_update = env::var_os("UPDATE_SUITE").is_some();
    let cases = cases();
    let mut differences = String::new();
    for case in &cases {
        let verdict = case.verdict();
        if is_update {
            fs::write(case.folder.join("expected.json"), format!("{verdict}\n")).unwrap();
        }
        let Some(expected) = case.file("expected.json") else {
            differences += &format!("{} has no expected.json yet: UPDATE_SUITE=1 writes it\n", case.name);
            continue;
        };
        let expected = String::from_utf8(expected).unwrap();
        if expected.trim_end() != verdict.trim_end() {
            let name = format!("{}/expected.json", case.name);
            differences += &difference((&name, expected.trim_end()), ("verdict", verdict.trim_end()));
        }
    }
    println!("{} cases", cases.len());
    assert!(
        differences.is_empty(),
        "verdicts differ from what is expected:\n{differences}"
    );
}

/// Bodies of 3.75 GiB or of a million records are no files of this folder.
const WITHOUT_CASE: [&str; 2] = ["file_too_large", "too_many_records"];

#[test]
fn every_rule_is_broken_by_a_case_and_all_but_broken_by_another() {
    let (mut broken, mut all_but) = (BTreeSet::new(), BTreeSet::new());
    let mut faults = Vec::new();
    for case in cases() {
        let expected: serde_json::Value = serde_json::from_slice(&case.file("expected.json").unwrap()).unwrap();
        let tallies = expected["report"]["summary"].as_array().cloned().unwrap_or_default();
        let rules: BTreeSet<String> = tallies
            .iter()
            .map(|tally| tally["rule"].as_str().unwrap().to_owned())
            .collect();
        let intent = String::from_utf8(case.file("intent.txt").unwrap()).unwrap();
        for rule in intent.lines().filter_map(|line| line.strip_prefix("just-not: ")) {
            if passmuster_core::rules::find(rule).is_none() {
                faults.push(format!("{}: there is no rule {rule}", case.name));
            }
            if rules.contains(rule) {
                faults.push(format!("{} breaks {rule}, which it just shouldn't", case.name));
            }
            all_but.insert(rule.to_owned());
        }
        broken.extend(rules);
    }
    let rules = passmuster_core::rules::RULES.iter().map(|rule| rule.id);
    for rule in rules.filter(|rule| !WITHOUT_CASE.contains(rule)) {
        if !broken.contains(rule) {
            faults.push(format!("no case breaks {rule}"));
        }
        if !all_but.contains(rule) {
            faults.push(format!(
                "no case just doesn't break {rule}: write one, with `just-not: {rule}` in its intent.txt"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn webassembly_gives_the_same_bytes() {
    let cases = cases();
    let node = Command::new("node")
        .arg(root().join("tests/suite.mjs"))
        .args([wasm_for_node(), suite()])
        .output()
        .expect("node is on this machine: start the tests with `cargo xtask test`");
    assert!(node.status.success(), "{}", String::from_utf8_lossy(&node.stderr));
    let verdicts: BTreeMap<String, String> = serde_json::from_slice(&node.stdout).unwrap();
    assert_eq!(verdicts.len(), cases.len(), "as many cases as folders");
    let mut differences = String::new();
    for case in &cases {
        let native = case.verdict();
        let wasm = verdicts
            .get(&case.name)
            .unwrap_or_else(|| panic!("{} did not run as WebAssembly", case.name));
        if native != *wasm {
            differences += &difference((&format!("{}, native", case.name), &native), ("wasm", wasm));
        }
    }
    println!("{} cases", cases.len());
    assert!(differences.is_empty(), "native and WebAssembly differ:\n{differences}");
}
