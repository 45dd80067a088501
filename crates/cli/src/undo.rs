//! `passmuster undo`: takes back what an upload did, through a server or on its database, and says what stays.
//!
//! What can be put back, the core decides.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use passmuster_core::undo::Left;
use passmuster_core::wire::integration::UndoAnswer;
use ureq::http::StatusCode;

use crate::admin::Directory;
use crate::answer::{self, Refusal};
use crate::check::Output;
use crate::endpoint::{Answer, Endpoint, Message, Options};
use crate::plan::{printed, short_label, write_plan};
use crate::progress::Progress;
use crate::words::{counted, number, table, visible};

const COMMAND: &str = "undo";
/// What an integration's endpoint has in its path, and a server's base address has not.
const ENDPOINT_MARK: &str = "/api/v1/data/";

/// Takes back what an upload did, as far as nobody changed it since.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The upload, as `passmuster apply` and the Data Explorer name it
    upload_id: String,
    /// Says what would be put back; changes nothing
    #[arg(long)]
    plan: bool,
    /// The integration's ENDPOINT, with its token; or the server's address, with an API key
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// For people, or the answer as JSON
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    #[command(flatten)]
    options: Options,
    /// Where no endpoint is given
    #[command(flatten)]
    directory: Directory,
}

/// 0 done, 1 refused or no answer, 2 usage.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let id = arguments.upload_id.trim();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return answer::usage(COMMAND, &format!("{id:?} is not the ID of an upload"));
    }
    let id = id.to_owned();
    match &arguments.endpoint {
        None => beside_server(arguments, &id),
        Some(endpoint) => match through_server(&arguments, endpoint, &id) {
            Ok(code) => code,
            Err(reason) => answer::usage(COMMAND, &reason),
        },
    }
}

fn through_server(arguments: &Arguments, address: &str, id: &str) -> Result<ExitCode, String> {
    let endpoint = Endpoint::new(address, &arguments.options, COMMAND)?;
    let path = endpoint.path().trim_end_matches('/');
    let (scheme, path) = if address.contains(ENDPOINT_MARK) {
        ("Token", format!("{path}/uploads/{id}/undo/"))
    } else {
        ("Bearer", format!("{path}/api/admin/uploads/{id}/undo/"))
    };
    let mode = if arguments.plan { "plan" } else { "apply" };
    let message = Message {
        address: endpoint.at(&path, &[("mode", mode)])?,
        scheme,
        content_type: None,
        is_gzip: false,
        if_match: None,
        idempotency_key: None,
        body: b"",
        is_repeatable: arguments.plan,
    };
    let answer = match endpoint.send(&message, &Progress::new(false, "")) {
        Ok(answer) => answer,
        Err(failure) => {
            let advice = if failure.may_have_arrived && !arguments.plan {
                "`passmuster undo --plan` tells: it is refused once the upload is undone."
            } else {
                ""
            };
            answer::unreachable(COMMAND, failure, advice, arguments.output);
            return Ok(ExitCode::FAILURE);
        }
    };
    let parsed = serde_json::from_slice::<UndoAnswer>(&answer.body);
    let (StatusCode::OK, Ok(undone)) = (answer.status, parsed) else {
        return Ok(refused(arguments, address, &answer));
    };
    match arguments.output {
        Output::Json => answer::print_unchanged(&answer),
        Output::Human => answer::print(&for_people(&undone)),
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(arguments: &Arguments, address: &str, answer: &Answer) -> ExitCode {
    match Refusal::of(answer, address) {
        Err(foreign) => foreign.tell(COMMAND, arguments.output),
        Ok(_) if arguments.output == Output::Json => answer::print_unchanged(answer),
        Ok(refusal) => refusal.tell(COMMAND, &arguments.upload_id, &arguments.options.token_env),
    }
    ExitCode::FAILURE
}

fn beside_server(arguments: Arguments, id: &str) -> ExitCode {
    let Arguments {
        plan,
        output,
        directory,
        ..
    } = arguments;
    let done = crate::in_runtime(async {
        let command = directory.open().await?;
        Ok(command.undo(id, !plan).await?)
    });
    let text = done.and_then(|undone| {
        Ok(match output {
            Output::Human => for_people(&undone),
            Output::Json => serde_json::to_string(&undone)? + "\n",
        })
    });
    match text {
        Ok(text) => {
            answer::print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("passmuster {COMMAND}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What is put back, what stays, and why.
fn for_people(answer: &UndoAnswer) -> String {
    let mut text = String::new();
    let id = visible(&answer.upload_id);
    let is_empty = answer.plan.is_empty();
    // Writing to a string never fails.
    let _ = match (is_empty, answer.applied) {
        (true, true) => writeln!(text, "Upload {id} counts as undone now; there was nothing to put back."),
        (true, false) => writeln!(text, "Undoing upload {id} would put nothing back."),
        (false, true) => writeln!(text, "Upload {id} is undone. Put back:\n"),
        (false, false) => writeln!(text, "Undoing upload {id} would put back:\n"),
    };
    if !is_empty {
        write_plan(&mut text, &answer.plan, "the page shows them");
    }
    let kept = "Kept, because it was changed since";
    write_left(&mut text, kept, answer.kept_count, &answer.kept);
    let cannot = "Can't be put back";
    write_left(&mut text, cannot, answer.cannot_count, &answer.cannot);
    text
}

fn write_left(text: &mut String, title: &str, count: u64, left: &[Left]) {
    if count == 0 {
        return;
    }
    // Writing to a string never fails.
    let _ = writeln!(text, "\n{title}: {}", counted(count, "value"));
    let mut rows = vec![
        ["whose", "field", "before", "upload", "now", "why"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(left.iter().map(left_row));
    table(text, "  ", &[], &rows);
    if (left.len() as u64) < count {
        let _ = writeln!(text, "  … and {} more.", number(count - left.len() as u64));
    }
}

fn left_row(left: &Left) -> Vec<String> {
    let whose = match (&left.email, &left.group) {
        (Some(email), _) => email.clone(),
        (None, Some(group)) => format!("{}: {}", group.group_type, group.name),
        (None, None) => String::new(),
    };
    let mut row = vec![visible(&whose).into_owned()];
    match &left.field {
        Some(field) => {
            row.push(visible(&short_label(field)).into_owned());
            row.extend([&left.before, &left.after, &left.now].map(printed));
        }
        None => row.extend(["", "", "", ""].map(str::to_owned)),
    }
    row.push(visible(&left.why).into_owned());
    row
}
