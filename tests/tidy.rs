//! What holds for the whole source and no compiler checks: who depends on whom, where SQL lives, what no file says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use passmuster_tests::root;
use serde_json::Value;

/// Every member of the workspace with the members that it may depend on. Nothing else.
const DIRECTION: [(&str, &[&str]); 10] = [
    ("passmuster-bench", &["passmuster-core", "passmuster-workbook"]),
    (
        "passmuster-cli",
        &["passmuster-core", "passmuster-server", "passmuster-workbook"],
    ),
    ("passmuster-core", &[]),
    ("passmuster-server", &["passmuster-core", "passmuster-workbook"]),
    (
        "passmuster-tests",
        &[
            "passmuster-bench",
            "passmuster-core",
            "passmuster-server",
            "passmuster-workbook",
        ],
    ),
    ("passmuster-wasm", &["passmuster-core", "passmuster-workbook"]),
    ("passmuster-web", &["passmuster-core"]),
    ("passmuster-workbook", &["passmuster-core"]),
    ("tools", &[]),
    ("xtask", &[]),
];

/// Statements by their first two words; a string that has both is SQL.
const SQL: [(&str, &str); 5] = [
    ("SELECT ", " FROM "),
    ("INSERT INTO ", "("),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
];
/// The bare insert that the server is timed against is a program of its own.
const HOMES_OF_SQL: [&str; 3] = [
    "crates/server/src/store/",
    "crates/server/migrations/",
    "crates/bench/src/server/insert",
];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] = [
    "common", "helper", "helpers", "manager", "misc", "service", "util", "utils",
];

/// Endings of files that hold text.
const TEXT: [&str; 14] = [
    "css", "csv", "html", "js", "json", "lock", "md", "mjs", "rs", "sh", "sql", "toml", "txt", "yml",
];

#[test]
fn dependencies_point_one_way() {
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
        "--locked",
    ]);
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let found: BTreeMap<String, BTreeSet<String>> = packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            (
                name(package),
                dependencies
                    .iter()
                    .map(name)
                    .filter(|name| members.contains(name))
                    .collect(),
            )
        })
        .collect();

    let allowed = BTreeMap::from(DIRECTION);
    assert_eq!(
        members.iter().map(String::as_str).collect::<Vec<_>>(),
        allowed.keys().copied().collect::<Vec<_>>()
    );
    for (member, dependencies) in found {
        for dependency in dependencies {
            let is_allowed = allowed[member.as_str()].contains(&dependency.as_str());
            assert!(is_allowed, "{member} may not depend on {dependency}");
        }
    }
}

#[test]
fn the_core_builds_for_the_browser() {
    let target = ["--target", "wasm32-unknown-unknown", "--offline", "--locked", "--quiet"];
    cargo(&[&["check", "--package", "passmuster-core"][..], &target].concat());
}

#[test]
fn sql_lives_in_the_store() {
    let is_elsewhere = |file: &SourceFile| !HOMES_OF_SQL.iter().any(|home| file.path.starts_with(home));
    let is_sql = |literal: &str| SQL.iter().any(|(verb, rest)| holds_in_order(literal, verb, rest));
    refuse("SQL outside of the store", rust_files().filter(is_elsewhere), |file| {
        string_literals(&file.text)
            .into_iter()
            .filter(|literal| is_sql(literal))
            .collect()
    });
}

#[test]
fn nothing_is_left_for_later() {
    let markers = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[", "ignore"),
        concat!("dbg", "!("),
        // of a merge
        concat!("<<<", "<<<< "),
        concat!(">>>", ">>>> "),
    ];
    refuse("unfinished", rust_files(), |file| lines_with(&file.text, &markers));
}

#[test]
fn a_file_is_named_for_what_is_inside() {
    let is_empty_name = |path: &str| {
        Path::new(path)
            .file_stem()
            .is_some_and(|stem| EMPTY_NAMES.contains(&stem.to_string_lossy().as_ref()))
    };
    refuse("a name that says nothing", rust_files(), |file| {
        file.path
            .split('/')
            .filter(|part| is_empty_name(part))
            .map(str::to_owned)
            .collect()
    });
}

#[test]
fn a_file_begins_with_what_it_is_for() {
    refuse("doesn't begin with //!", rust_files(), |file| {
        let first = file.text.lines().next().unwrap_or_default();
        if first.starts_with("//!") {
            Vec::new()
        } else {
            vec![first.to_owned()]
        }
    });
}

#[test]
fn no_file_names_a_machine() {
    // Put together here, so that this file doesn't name them itself.
    let places = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("arti", "factory"),
    ];
    refuse("the path or registry of one machine", text_files(), |file| {
        lines_with(&file.text, &places)
    });
    let lockfile = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let sources: BTreeSet<&str> = lockfile.lines().filter(|line| line.starts_with("source = ")).collect();
    let only = BTreeSet::from(["source = \"registry+https://github.com/rust-lang/crates.io-index\""]);
    assert_eq!(sources, only);
}

struct SourceFile {
    /// From the repository's root, with `/`.
    path: String,
    text: String,
}

fn rust_files() -> impl Iterator<Item = SourceFile> {
    text_files().filter(|file| file.path.ends_with(".rs"))
}

/// Every tracked or new text file that Git doesn't ignore, except the bodies of the suite: those are data.
fn text_files() -> impl Iterator<Item = SourceFile> {
    let listing = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root())
        .output()
        .expect("git is on this machine");
    assert!(listing.status.success(), "{}", String::from_utf8_lossy(&listing.stderr));
    let listing = String::from_utf8(listing.stdout).unwrap();
    let is_text = |path: &PathBuf| {
        path.extension()
            .is_none_or(|ending| TEXT.contains(&ending.to_string_lossy().as_ref()))
            && !path.starts_with("tests/suite")
    };
    let paths: Vec<PathBuf> = listing
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(is_text)
        .collect();
    assert!(paths.len() > 20, "the listing is too short to be true");
    paths.into_iter().filter_map(|path| {
        let bytes = fs::read(root().join(&path)).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        Some(SourceFile {
            path: path.to_string_lossy().into_owned(),
            text,
        })
    })
}

fn refuse(what: &str, files: impl Iterator<Item = SourceFile>, faults: impl Fn(&SourceFile) -> Vec<String>) {
    let found: Vec<String> = files
        .flat_map(|file| {
            let path = file.path.clone();
            faults(&file).into_iter().map(move |fault| format!("{path}: {fault}"))
        })
        .collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn lines_with(text: &str, needles: &[&str]) -> Vec<String> {
    let has_one = |line: &&str| needles.iter().any(|needle| line.contains(needle));
    text.lines()
        .filter(has_one)
        .map(|line| line.trim().to_owned())
        .collect()
}

fn holds_in_order(text: &str, first: &str, second: &str) -> bool {
    // A statement's words may be divided by line breaks, and something follows them.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split_once(first)
        .is_some_and(|(_, after)| !after.is_empty() && format!(" {after}").contains(second))
}

/// The string literals of Rust source: plain and raw ones; comments are passed over.
fn string_literals(source: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, from) = (&rest[..at], &rest[at..]);
        if from.starts_with("//") {
            rest = from.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(after) = from.strip_prefix("'\"'").or_else(|| from.strip_prefix("'\\\"'")) {
            rest = after;
        } else if !from.starts_with('"') {
            rest = &from[1..];
        } else {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let is_raw = before[..before.len() - hashes].ends_with('r');
            let end = if is_raw {
                raw_end(&from[1..], hashes)
            } else {
                plain_end(&from[1..])
            };
            literals.push(from[1..1 + end].to_owned());
            rest = from.get(end + 2..).unwrap_or_default();
        }
    }
    literals
}

fn raw_end(text: &str, hashes: usize) -> usize {
    text.find(&format!("\"{}", "#".repeat(hashes))).unwrap_or(text.len())
}

fn plain_end(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().find(|&(_, letter)| {
        let ends = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at)
}

#[test]
fn string_literals_are_found_as_rust_sees_them() {
    let source = "// it's \"no\" literal\nlet a = \"one \\\" two\"; let b = '\"'; let c = r#\"raw \" one\"#; let d: &'static str = \"\";";
    assert_eq!(string_literals(source), ["one \\\" two", "raw \" one", ""]);
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
