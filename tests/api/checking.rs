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

#[test]
fn a_file_can_not_write_to_the_terminal() {
    let output = check(&CSV_BODY.replace("America/New_York", "\u{1b}[2J\u{202e}EST"), &[]);
    expect(&output, 1, &["\\u{1b}[2J\\u{202e}EST"], &[]);
    assert!(!output.stdout.contains(['\u{1b}', '\u{202e}']), "{output:?}");
}
