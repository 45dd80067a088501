//! What a server answered, told: unchanged as JSON, or to people; and what is told when there was no answer.
//!
//! Results go to standard output, why nothing came of it to standard error. In JSON, standard output is always a
//! document, also when the network or something in between failed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use passmuster_core::wire::{ErrorBody, ErrorItem};
use ureq::http::header::{CONTENT_TYPE, HeaderName, LOCATION};

use crate::USAGE;
use crate::check::Output;
use crate::endpoint::{Answer, Unreachable};
use crate::plan::{write_counts, write_difference};
use crate::report::Finding;
use crate::words::{counted, number, visible};

/// Says what is wrong with the command line.
pub(crate) fn usage(command: &str, reason: &str) -> ExitCode {
    eprintln!("passmuster {command}: {reason}");
    ExitCode::from(USAGE)
}

/// Writes a result.
pub(crate) fn print(text: &str) {
    // Who closed our standard output has seen enough.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// The answer as it came, with a line end.
pub(crate) fn print_unchanged(answer: &Answer) {
    let mut out = std::io::stdout().lock();
    // Who closed our standard output has seen enough.
    let _ = out.write_all(&answer.body).and_then(|()| out.write_all(b"\n"));
}

/// Says that no answer came; `advice` is what to do about it.
pub(crate) fn unreachable(command: &str, failure: Unreachable, advice: &str, output: Output) {
    let body = failure.into_body();
    tell_failure(command, &body, advice, output);
}

fn tell_failure(command: &str, body: &ErrorBody, advice: &str, output: Output) {
    for item in &body.errors {
        let hint = item.hint.as_deref().unwrap_or_default();
        eprintln!("passmuster {command}: {}\n  hint: {hint}", visible(&item.description));
    }
    if !advice.is_empty() {
        eprintln!("  {advice}");
    }
    if output == Output::Json
        && let Ok(document) = serde_json::to_string(body)
    {
        print(&format!("{document}\n"));
    }
}

/// A refusal in the words of the server.
#[derive(Debug)]
pub(crate) struct Refusal {
    body: ErrorBody,
    status: u16,
    /// The address that answered.
    address: String,
}

/// An answer that no server of ours gives.
#[derive(Debug)]
pub(crate) struct Foreign(Box<ErrorBody>);

impl Refusal {
    /// # Errors
    /// An answer that is not in the shape of ours: a proxy's page, or another server altogether.
    pub(crate) fn of(answer: &Answer, address: &str) -> Result<Self, Foreign> {
        let parsed = serde_json::from_slice::<ErrorBody>(&answer.body).ok();
        match parsed.filter(|body| !body.errors.is_empty()) {
            Some(body) => Ok(Self {
                body,
                status: answer.status.as_u16(),
                address: address.to_owned(),
            }),
            None => Err(Foreign::of(answer, address)),
        }
    }

    fn first_id(&self) -> &str {
        self.body
            .errors
            .first()
            .map(|item| item.id.as_str())
            .unwrap_or_default()
    }

    /// Problems of the file go to standard output like those of a check, other reasons to standard error.
    pub(crate) fn tell(&self, command: &str, file: &str, token_env: &str) {
        if self.first_id().starts_with("import_") {
            print(&self.of_file(file));
        } else {
            eprint!("{}", self.of_request(command, token_env));
        }
    }

    fn of_file(&self, file: &str) -> String {
        let mut text = String::new();
        for item in &self.body.errors {
            Finding::from(item).write(&mut text, file);
        }
        if self.body.errors_capped {
            let (shown, all) = (self.body.errors.len() as u64, self.body.error_count);
            let _ = writeln!(text, "The first {} of {} errors.", number(shown), number(all));
        }
        let _ = writeln!(
            text,
            "{file}: {}, nothing was applied",
            counted(self.body.error_count, "error")
        );
        if let Some(upload_id) = &self.body.upload_id {
            let _ = writeln!(text, "The Data Explorer keeps the report as upload {upload_id}.");
        }
        text
    }

    fn of_request(&self, command: &str, token_env: &str) -> String {
        let mut text = String::new();
        for item in &self.body.errors {
            write_item(&mut text, command, self.status, item);
        }
        if let Some(difference) = &self.body.difference {
            write_difference(&mut text, difference);
        }
        if self.first_id() == "limit_exceeded" {
            if let Some(counts) = &self.body.counts {
                write_counts(&mut text, counts);
            }
            let upload = self.body.upload_id.as_deref().unwrap_or("without a number");
            let _ = writeln!(
                text,
                "  Upload {upload} is held: nothing of it is applied until a person allows it, at {}\n  \
                 under Data > Integrations > Data Explorer.",
                self.address.split("/api/").next().unwrap_or_default()
            );
        }
        if self.first_id() == "authentication" {
            let _ = writeln!(text, "  The token came from the environment variable {token_env}.");
        }
        if !self.body.request_id.is_empty() {
            let _ = writeln!(text, "  request {}", visible(&self.body.request_id));
        }
        text
    }
}

fn write_item(text: &mut String, command: &str, status: u16, item: &ErrorItem) {
    let _ = writeln!(
        text,
        "passmuster {command}: {status} {}: {}",
        visible(&item.id),
        visible(&item.description)
    );
    if let Some(hint) = item.hint.as_deref().filter(|hint| !hint.is_empty()) {
        let _ = writeln!(text, "  hint: {}", visible(hint));
    }
}

impl Foreign {
    fn of(answer: &Answer, address: &str) -> Self {
        let header = |name: HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
        let kind = header(CONTENT_TYPE)
            .map(|kind| format!(" with {kind}"))
            .unwrap_or_default();
        let (description, hint) = match header(LOCATION) {
            Some(place) if answer.status.is_redirection() => (
                format!("{address} answers {}, on to {place}", answer.status),
                "The token goes only to the address that was named; if that place is right, name it with --endpoint.",
            ),
            _ => (
                format!(
                    "{address} answers {}{kind}, as no endpoint of Passmuster does",
                    answer.status
                ),
                "Check the address, and what stands between this machine and the server.",
            ),
        };
        Self(Box::new(ErrorBody {
            errors: vec![ErrorItem {
                id: "unavailable".to_owned(),
                description,
                hint: Some(hint.to_owned()),
                ..ErrorItem::default()
            }],
            error_count: 1,
            ..ErrorBody::default()
        }))
    }

    pub(crate) fn tell(&self, command: &str, output: Output) {
        tell_failure(command, &self.0, "", output);
    }
}
