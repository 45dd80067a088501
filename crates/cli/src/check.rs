//! `passmuster check`: the core's report on a file, for people as a compiler writes it, or as JSON.
//!
//! Sends nothing anywhere and opens no database.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use passmuster_core::import::{Options, prepare};
use passmuster_core::mapping::Mapping;
use passmuster_core::problem::{Problem, Report};
use passmuster_core::rules;

/// Exit code for a mistaken command line, and for files that can't be read.
const USAGE: u8 = 2;

/// Checks a file against a mapping.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file of users
    #[arg(required_unless_present = "explain")]
    file: Option<PathBuf>,
    /// The mapping document
    #[arg(long, required_unless_present = "explain")]
    mapping: Option<PathBuf>,
    /// For people, or the report as JSON
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    /// Says what a rule is about and what to do, and checks nothing
    #[arg(long, value_name = "RULE", conflicts_with_all = ["file", "mapping"])]
    explain: Option<String>,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

/// 0 clean, 1 errors found, 2 usage.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let outcome = match (&arguments.explain, &arguments.file, &arguments.mapping) {
        (Some(rule), ..) => explain(rule),
        (None, Some(file), Some(mapping)) => check(file, mapping, arguments.output),
        _ => Err("give a FILE and --mapping MAPPING.json".to_owned()),
    };
    match outcome {
        Ok((text, is_clean)) => {
            // Who closed our standard output has seen enough.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("passmuster check: {reason}");
            ExitCode::from(USAGE)
        }
    }
}

fn explain(name: &str) -> Result<(String, bool), String> {
    let rule = rules::find(name).ok_or_else(|| {
        let names: Vec<&str> = rules::RULES.iter().map(|rule| rule.id).collect();
        format!("there is no rule {name:?}; there are {}", names.join(", "))
    })?;
    Ok((
        format!("{}[{}]\n\n{}\n", rule.severity.as_str(), rule.id, rule.explain.trim()),
        true,
    ))
}

fn check(file: &Path, mapping: &Path, output: Output) -> Result<(String, bool), String> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()));
    let document = read(mapping)?;
    let parsed = Mapping::parse(&document).map_err(|error| format!("{}: {error}", mapping.display()))?;
    let body = read(file)?;
    let report = prepare(&body, &parsed, &Options::default()).into_report();
    let text = match output {
        Output::Human => for_people(file, &report),
        Output::Json => {
            let mut text = serde_json::to_string(&report).map_err(|error| error.to_string())?;
            text.push('\n');
            text
        }
    };
    Ok((text, report.is_clean()))
}

fn for_people(file: &Path, report: &Report) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        write_problem(&mut text, file, problem);
    }
    if report.problems_capped {
        let _ = writeln!(
            text,
            "Only the first {} problems of each severity are shown.\n",
            report.problem_limit
        );
    }
    let _ = writeln!(
        text,
        "{}: {}, {}, {}, {}",
        file.display(),
        counted(report.records, "record"),
        counted(report.error_count, "error"),
        counted(report.warning_count, "warning"),
        counted(report.info_count, "info"),
    );
    text
}

/// `file.csv:12:4: error[duplicate_email]: message`, then the hint.
fn write_problem(text: &mut String, file: &Path, problem: &Problem) {
    let _ = write!(text, "{}", file.display());
    if let Some(line) = problem.line {
        let _ = write!(text, ":{line}");
        if let Some(character) = problem.character {
            let _ = write!(text, ":{character}");
        }
    }
    let _ = writeln!(
        text,
        ": {}[{}]: {}",
        problem.severity.as_str(),
        problem.rule,
        problem.message
    );
    if !problem.hint.is_empty() {
        let _ = writeln!(text, "  hint: {}", problem.hint);
    }
    text.push('\n');
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
