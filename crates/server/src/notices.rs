//! What the admin of an integration is told: noted in the transaction of what happened, so that neither is lost.
//!
//! A notice holds counts, rules and rows, never what people sent: mail passes through many hands.

use passmuster_core::problem::{Report, Severity};

use crate::clock::Clock;
use crate::store::notices::{NewNotice, insert};
use crate::store::{Stored, Tx};

/// Rules that a notice names; the page shows the rest.
const RULES_NAMED: usize = 5;

/// Something that the admin of an integration should know.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// Nothing of an upload was applied.
    Rejected { upload_id: &'a str, report: &'a Report },
    /// An upload waits for a person; `crossed` says in words which limits it crossed.
    Held { upload_id: &'a str, crossed: &'a [String] },
}

impl Event<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Held { .. } => "held",
        }
    }

    /// The id of the upload or token that it is about.
    fn about(&self) -> &str {
        match self {
            Self::Rejected { upload_id, .. } | Self::Held { upload_id, .. } => upload_id,
        }
    }

    /// One line without its time.
    fn text(self) -> String {
        match self {
            Self::Rejected { report, .. } => rejected(report),
            Self::Held { crossed, .. } => {
                format!("Upload held, a person has to allow or reject it: {}", crossed.join(" "))
            }
        }
    }
}

/// Notes what happened, in the transaction in which it happens; the mail follows by itself.
///
/// Does nothing for an integration without an admin's address.
pub(crate) async fn note(
    tx: &mut Tx,
    workspace: &str,
    integration_id: &str,
    event: Event<'_>,
    clock: Clock,
) -> Stored<()> {
    let notice = NewNotice {
        id: &clock.id(),
        integration_id,
        kind: event.kind(),
        about: event.about(),
        text: &event.text(),
        at: clock.now(),
    };
    insert(tx, workspace, &notice).await
}

/// `Upload of 10 records rejected, 3 errors: missing_value (2, first in row 8), invalid_email (1, first in row 9).`
fn rejected(report: &Report) -> String {
    let errors = || report.summary.iter().filter(|tally| tally.severity == Severity::Error);
    let named = errors().take(RULES_NAMED).map(|tally| match tally.first_row {
        Some(row) => format!("{} ({}, first in row {row})", tally.rule, tally.count),
        None => format!("{} ({})", tally.rule, tally.count),
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    let more = errors().count().saturating_sub(RULES_NAMED);
    if more > 0 {
        named.push_str(&format!(" and {more} more"));
    }
    format!(
        "Upload of {} rejected, {}: {named}.",
        counted(report.records, "record"),
        counted(report.error_count, "error")
    )
}

/// `1 record`, `2 records`.
fn counted(number: u64, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
