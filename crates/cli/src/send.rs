//! `passmuster plan` and `passmuster apply`: a file to a server's endpoint, and what came of it, for people or as the
//! server's own JSON.
//!
//! Decides nothing about users: the server does.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use passmuster_core::limits::Crossed;
use passmuster_core::plan;
use passmuster_core::wire::{PlanAnswer, UploadAnswer};
use ureq::http::StatusCode;

use crate::answer::{self, Refusal};
use crate::body::Body;
use crate::check::Output;
use crate::endpoint::{Answer, Endpoint, Message, Options};
use crate::plan::{write_counts, write_plan};
use crate::progress::Progress;
use crate::report::write_report;
use crate::words::{counted, visible};

/// A file and where it goes.
#[derive(Debug, Args)]
struct Sending {
    /// The file of users: CSV, JSON or a workbook; - reads standard input
    file: PathBuf,
    /// The integration's ENDPOINT, such as https://passmuster.example.com/api/v1/data/hr/
    #[arg(long, value_name = "URL")]
    endpoint: String,
    /// For people, or the server's answer as it is
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    /// The sheet of a workbook, instead of its first visible one
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The file's encoding, such as windows-1252, instead of having it found
    #[arg(long, value_name = "LABEL")]
    charset: Option<String>,
    /// Packs the file with gzip for the way
    #[arg(long)]
    gzip: bool,
    #[command(flatten)]
    options: Options,
}

/// Says what a file would change on a server; changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    sending: Sending,
    /// Shows all changes, not only the first 1,000, and all problems of the report
    #[arg(long)]
    all: bool,
}

/// Applies a file on a server, whole or not at all.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    sending: Sending,
    /// Applies only if the plan is still the one with this hash
    #[arg(long, value_name = "HASH")]
    if_match: Option<String>,
    /// Names this upload: sent again within 24 hours, it is not applied twice [default: a new one]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// Runs `passmuster plan`: 0 nothing stands in the way, 1 errors, a limit or no answer, 2 usage.
pub(crate) fn plan(arguments: &Plan) -> ExitCode {
    let Plan { sending, all } = arguments;
    let mut query = vec![("mode", "plan")];
    if *all {
        query.push(("changes", "all"));
    }
    let call = Call {
        command: "plan",
        then: "Planning",
        if_match: None,
        key: None,
    };
    let (body, answer) = match call.send(sending, &mut query) {
        Ok(answered) => answered,
        Err(code) => return code,
    };
    if answer.status != StatusCode::OK {
        return refused(&call, sending, &body, &answer);
    }
    // A sign-in page of something in between answers 200 as well.
    let Ok(parsed) = serde_json::from_slice::<PlanAnswer>(&answer.body) else {
        return refused(&call, sending, &body, &answer);
    };
    let stops = !parsed.report.is_clean() || !parsed.limits.is_empty();
    match sending.output {
        Output::Json => answer::print_unchanged(&answer),
        Output::Human => {
            let mut text = String::new();
            write_report(&mut text, &body.name, &parsed.report, *all);
            if let Some(plan) = &parsed.plan {
                write_planned(&mut text, plan, &parsed.limits);
            } else {
                text.push_str("Nothing of it could be applied until the errors are mended.\n");
            }
            answer::print(&text);
        }
    }
    if stops { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn write_planned(text: &mut String, plan: &plan::Plan, limits: &[Crossed]) {
    text.push('\n');
    if plan.is_empty() {
        let unchanged = counted(plan.counts.unchanged, "user");
        let _ = writeln!(text, "Nothing would change: {unchanged} as the directory has them.");
    } else {
        text.push_str("Applying it would change:\n\n");
        write_plan(text, plan, "--all shows them");
    }
    for limit in limits {
        let _ = writeln!(text, "\nlimit[{}]: {}", visible(&limit.limit), visible(&limit.message));
    }
    if !limits.is_empty() {
        text.push_str("\nApplying it would wait for a person to allow or reject it.\n");
    }
    let _ = writeln!(
        text,
        "\nPlan {}\n(`passmuster apply --if-match` with this hash applies exactly this plan, or nothing.)",
        plan.hash
    );
}

/// Runs `passmuster apply`: 0 applied, 1 refused, held or no answer, 2 usage.
pub(crate) fn apply(arguments: &Apply) -> ExitCode {
    let Apply {
        sending,
        if_match,
        idempotency_key,
    } = arguments;
    let key = match idempotency_key {
        Some(key) => key.clone(),
        None => match new_key() {
            Ok(key) => key,
            Err(reason) => return answer::usage("apply", &reason),
        },
    };
    let hash = if_match.as_deref().map(|hash| hash.trim().trim_matches('"'));
    let call = Call {
        command: "apply",
        then: "Applying",
        if_match: hash,
        key: Some(&key),
    };
    let (body, answer) = match call.send(sending, &mut vec![("mode", "apply")]) {
        Ok(answered) => answered,
        Err(code) => return code,
    };
    if answer.status != StatusCode::CREATED {
        return refused(&call, sending, &body, &answer);
    }
    let Ok(parsed) = serde_json::from_slice::<UploadAnswer>(&answer.body) else {
        return refused(&call, sending, &body, &answer);
    };
    match sending.output {
        Output::Json => answer::print_unchanged(&answer),
        Output::Human => {
            let mut text = format!(
                "{}: {} applied as upload {}\n",
                body.name,
                counted(parsed.records, "record"),
                parsed.upload_id
            );
            write_counts(&mut text, &parsed.counts);
            if parsed.warning_count > 0 {
                let warnings = counted(parsed.warning_count, "warning");
                let _ = writeln!(
                    text,
                    "{warnings}: the Data Explorer shows them, and `passmuster plan` beforehand."
                );
            }
            if answer.headers.contains_key("idempotent-replayed") {
                text.push_str(
                    "It had been applied before under the same Idempotency-Key; this is that answer again.\n",
                );
            }
            answer::print(&text);
        }
    }
    ExitCode::SUCCESS
}

/// One request to an endpoint.
struct Call<'a> {
    command: &'static str,
    /// What the server does once it has the file.
    then: &'static str,
    if_match: Option<&'a str>,
    key: Option<&'a str>,
}

impl Call<'_> {
    /// The file and what was answered; otherwise all has been said.
    fn send<'s>(&self, sending: &'s Sending, query: &mut Vec<(&str, &'s str)>) -> Result<(Body, Answer), ExitCode> {
        let usage = |reason: String| answer::usage(self.command, &reason);
        let endpoint = Endpoint::new(&sending.endpoint, &sending.options, self.command).map_err(usage)?;
        check_header("--charset", sending.charset.as_deref()).map_err(usage)?;
        check_header("--if-match", self.if_match).map_err(usage)?;
        check_header("--idempotency-key", self.key).map_err(usage)?;
        let body = Body::read(&sending.file).map_err(usage)?;
        if let Some(sheet) = &sending.sheet {
            query.push(("sheet", sheet));
        }
        let address = endpoint.at(endpoint.path(), query).map_err(usage)?;
        let packed = if sending.gzip {
            Some(body.gzip().map_err(usage)?)
        } else {
            None
        };
        let content_type = match &sending.charset {
            Some(label) => format!("{}; charset={label}", body.media),
            None => body.media.to_owned(),
        };
        let message = Message {
            address,
            scheme: "Token",
            content_type: Some(content_type),
            is_gzip: sending.gzip,
            if_match: self.if_match,
            idempotency_key: self.key,
            body: packed.as_deref().unwrap_or(&body.bytes),
            is_repeatable: true,
        };
        let shown = sending.output == Output::Human && !sending.options.quiet;
        let sent = endpoint.send(&message, &Progress::new(shown, self.then));
        match sent {
            Ok(answer) => Ok((body, answer)),
            Err(failure) => {
                let again = match self.key {
                    Some(key) if failure.may_have_arrived => format!(
                        "The same command with --idempotency-key {key} says whether it was applied, or applies it."
                    ),
                    _ => String::new(),
                };
                answer::unreachable(self.command, failure, &again, sending.output);
                Err(ExitCode::FAILURE)
            }
        }
    }
}

fn refused(call: &Call, sending: &Sending, body: &Body, answer: &Answer) -> ExitCode {
    let refusal = match Refusal::of(answer, &sending.endpoint) {
        Ok(refusal) => refusal,
        Err(foreign) => {
            foreign.tell(call.command, sending.output);
            return ExitCode::FAILURE;
        }
    };
    match sending.output {
        Output::Json => answer::print_unchanged(answer),
        Output::Human => refusal.tell(call.command, &body.name, &sending.options.token_env),
    }
    ExitCode::FAILURE
}

fn check_header(option: &str, value: Option<&str>) -> Result<(), String> {
    match value {
        Some(value) if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(format!("{option} {value:?} has to be visible ASCII characters"))
        }
        _ => Ok(()),
    }
}

/// 128 random bits, in hexadecimal.
fn new_key() -> Result<String, String> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|error| format!("the system gives no random numbers: {error}"))?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}
