//! `passmuster check`: what a person at a terminal reads, and what a script goes by.

use std::fs;

use passmuster_tests::{Database, Output, Server};

use crate::sender::{CSV_BODY, CSV_MAPPING};
use crate::sending::{document, expect};

fn check(file: &str, options: &[&str]) -> Output {
    // The command needs no server; this one lends its folder.
    let server = Server::start(Database::Sqlite);
    fs::write(server.folder().join("users.csv"), file).unwrap();
    fs::write(server.folder().join("mapping.json"), CSV_MAPPING).unwrap();
    let arguments = [&["check", "users.csv", "--mapping", "mapping.json"], options].concat();
    let output = server.cli(&arguments);
    assert_eq!(output.stderr, "");
    output
}

/// The example with seven people who have no time zone that could be one.
fn seven_nowhere() -> String {
    let mut lines = CSV_BODY.lines();
    let header = lines.next().unwrap();
    let person = lines.next().unwrap().replace("America/New_York", "EST");
    let people = (1..=7).map(|at| {
        person
            .replace("joey@", &format!("joey{at}@"))
            .replace("4233", &at.to_string())
    });
    format!("{header}\n{}\n", people.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_clean_file_is_one_line() {
    let output = check(CSV_BODY, &[]);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (0, "users.csv: 2 records, no problems\n")
    );
}

#[test]
fn many_of_a_kind_are_one_mistake_and_all_counted() {
    let output = check(&seven_nowhere(), &[]);
    let table = "error  7  invalid_time_zone  Time Zone  rows 1, 2, 3, 4, 5, 6, 7\n";
    let left_out = "2 problems like those above are only counted here; --all shows them.\n";
    expect(
        &output,
        1,
        &[
            "users.csv:2:",
            "  at:   row 5, column Time Zone\n",
            table,
            left_out,
            "7 records, 7 errors, 0 warnings",
        ],
        &[],
    );
    assert!(!output.stdout.contains("  at:   row 6"));
    let all = check(&seven_nowhere(), &["--all"]);
    expect(&all, 1, &["  at:   row 7, column Time Zone\n", table], &[]);
    assert!(!all.stdout.contains("only counted"));
    let json = check(&seven_nowhere(), &["--output", "json"]);
    assert_eq!((json.code, &document(&json)["error_count"]), (1, &serde_json::json!(7)));
}

/// More than is read at once: such a file is read piece by piece, what comes by a pipe as a whole.
#[test]
fn a_large_file_is_told_of_like_one_that_comes_by_a_pipe() {
    let mut lines = CSV_BODY.lines();
    let (header, person) = (lines.next().unwrap(), lines.next().unwrap());
    let count = (66 << 20) / person.len();
    let mut file = format!("{header}\n");
    for at in 0..count {
        // the last one is there twice; some have no time zone that could be one
        let number = at.min(count - 2);
        let zone = if at % 90_001 == 7 { "EST" } else { "America/New_York" };
        let person = person.replace("joey@", &format!("joey{number}@"));
        let person = person.replace("4233", &at.to_string());
        file.push_str(&person.replace("America/New_York", zone));
        file.push('\n');
    }
    let server = Server::start(Database::Sqlite);
    fs::write(server.folder().join("users.csv"), &file).unwrap();
    fs::write(server.folder().join("mapping.json"), CSV_MAPPING).unwrap();
    let options = ["--mapping", "mapping.json", "--output", "json"];
    let large = server.cli(&[&["check", "users.csv"], &options[..]].concat());
    let piped = server.cli_with_input(&[&["check", "/dev/stdin"], &options[..]].concat(), file.as_bytes());
    assert_eq!(large.stderr, "");
    let report = document(&large);
    assert_eq!(report["records"], count);
    let last = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .find(|problem| problem["row"] == count)
        .unwrap();
    assert_eq!(last["rule"], "duplicate_email");
    assert_eq!(last["value"], format!("joey{}@freshwater.com", count - 2));
    assert_eq!((large.code, large.stdout), (piped.code, piped.stdout));
}

#[test]
fn a_file_can_not_write_to_the_terminal() {
    let output = check(&CSV_BODY.replace("America/New_York", "\u{1b}[2J\u{202e}EST"), &[]);
    expect(&output, 1, &["\\u{1b}[2J\\u{202e}EST"], &[]);
    assert!(!output.stdout.contains(['\u{1b}', '\u{202e}']), "{output:?}");
}
