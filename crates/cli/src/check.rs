//! `passmuster check`: the core's report on a file, for people as a compiler writes it, or as JSON.
//!
//! Sends nothing anywhere and opens no database.

use std::fs::{File, Metadata};
use std::io::{self, Write as _};
use std::num::NonZero;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;

use clap::{Args, ValueEnum};
use passmuster_core::import::{Options, ReadAt, SideBySide, check_in_pieces, prepare, prepare_sheet};
use passmuster_core::mapping::Mapping;
use passmuster_core::problem::Report;
use passmuster_core::rules;

use crate::USAGE;
use crate::report::write_report;

/// Checks a file against a mapping.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file of users
    #[arg(required_unless_present = "explain")]
    file: Option<PathBuf>,
    /// The mapping document
    #[arg(long, required_unless_present = "explain")]
    mapping: Option<PathBuf>,
    /// The sheet of an Excel workbook, instead of its first visible one
    #[arg(long, value_name = "NAME", conflicts_with = "explain")]
    sheet: Option<String>,
    /// For people, or the report as JSON
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    /// Shows every problem that the report holds, also those like others
    #[arg(long)]
    all: bool,
    /// Says what a rule is about and what to do, or all rules with `all`, and checks nothing
    #[arg(long, value_name = "RULE", conflicts_with_all = ["file", "mapping"])]
    explain: Option<String>,
}

/// The fewest bytes for which a thread is worth starting.
const PART: usize = 2 << 20;

/// A file of so many bytes is never in memory as a whole, if that can be helped.
const LARGE: u64 = 64 << 20;

/// How many of its bytes are.
const PIECE: usize = 2 << 20;

/// A file that is read in pieces, and what kept it from being read.
#[derive(Debug)]
struct Pieces {
    file: File,
    fault: OnceLock<io::Error>,
}

impl ReadAt for Pieces {
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // the first one tells
                    let _ = self.fault.set(error);
                    break;
                }
            }
        }
        filled
    }
}

/// Checks a large file piece by piece. `None` for one that has to be read as a whole: a small one, a pipe, or what isn't
/// plain CSV.
fn in_pieces(path: &Path, mapping: &Mapping, options: &Options) -> Result<Option<Report>, String> {
    let unreadable = |error: io::Error| format!("{} can't be read: {error}", path.display());
    let file = File::open(path).map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    if !before.is_file() || before.len() < LARGE {
        return Ok(None);
    }
    let fault = OnceLock::new();
    let pieces = Pieces { file, fault };
    let report = check_in_pieces(&pieces, before.len(), PIECE, mapping, options);
    if let Some(error) = pieces.fault.into_inner() {
        return Err(unreadable(error));
    }
    let after = pieces.file.metadata().map_err(unreadable)?;
    // rows of which the report tells were read twice
    let state = |metadata: &Metadata| (metadata.len(), metadata.modified().ok());
    if report.is_some() && state(&before) != state(&after) {
        return Err(format!(
            "{} was changed while it was checked; check it again",
            path.display()
        ));
    }
    Ok(report)
}

/// Does each piece of work on a thread of its own, the first one on this.
fn together(pieces: &mut [&mut (dyn FnMut() + Send)]) {
    thread::scope(|scope| {
        if let Some((first, others)) = pieces.split_first_mut() {
            for piece in others {
                scope.spawn(piece);
            }
            first();
        }
    });
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
        (None, Some(file), Some(mapping)) => check(file, mapping, arguments),
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
    let explained: Vec<String> = rules::RULES
        .iter()
        .filter(|rule| rule.id == name || name == "all")
        .map(|rule| format!("{}[{}]\n\n{}\n", rule.severity.as_str(), rule.id, rule.explain.trim()))
        .collect();
    if explained.is_empty() {
        let names: Vec<&str> = rules::RULES.iter().map(|rule| rule.id).collect();
        return Err(format!(
            "there is no rule {name:?}; there are {}, and all",
            names.join(", ")
        ));
    }
    Ok((explained.join("\n"), true))
}

fn check(file: &Path, mapping: &Path, arguments: &Arguments) -> Result<(String, bool), String> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()));
    let document = read(mapping)?;
    let parsed = Mapping::parse(&document).map_err(|error| format!("{}: {error}", mapping.display()))?;
    let options = Options {
        side_by_side: Some(SideBySide {
            parts: thread::available_parallelism().map_or(1, NonZero::get),
            bytes: PART,
            together,
        }),
        ..Options::default()
    };
    let report = match in_pieces(file, &parsed, &options)? {
        Some(report) => report,
        None => {
            let body = read(file)?;
            let prepared = match passmuster_workbook::open(&body, parsed.file_format, arguments.sheet.as_deref()) {
                Some(workbook) => prepare_sheet(workbook, &parsed, &options),
                None => prepare(&body, &parsed, &options),
            };
            prepared.into_report()
        }
    };
    let text = match arguments.output {
        Output::Human => {
            let mut text = String::new();
            write_report(&mut text, &file.display().to_string(), &report, arguments.all);
            text
        }
        Output::Json => {
            let mut text = serde_json::to_string(&report).map_err(|error| error.to_string())?;
            text.push('\n');
            text
        }
    };
    Ok((text, report.is_clean()))
}
