//! What the admin of an integration is told: noted in the transaction of what happened, so that neither is lost.
//!
//! A notice holds counts, rules and rows, never what people sent: mail passes through many hands.

use std::fmt::Write;

use passmuster_core::problem::{Report, Severity};

use crate::clock::{Clock, timestamp};
use crate::secret::digest;
use crate::store::notices::{Expiring, NewNotice, insert};
use crate::store::{Stored, Tx};

/// Rules that a notice names; the page shows the rest.
const RULES_NAMED: usize = 5;
/// The most characters of a notice.
const CHARACTERS: usize = 500;

/// Something that the admin of an integration should know.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// Nothing of an upload was applied.
    Rejected { upload_id: &'a str, report: &'a Report },
    /// An upload waits for a person; `crossed` says in words which limits it crossed.
    Held { upload_id: &'a str, crossed: &'a [String] },
    /// A token ends within so many days.
    TokenExpires { token: &'a Expiring, days: u32 },
}

impl Event<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Held { .. } => "held",
            Self::TokenExpires { .. } => "token_expires",
        }
    }

    /// The id of the upload or token that it is about.
    fn about(&self) -> &str {
        match self {
            Self::Rejected { upload_id, .. } | Self::Held { upload_id, .. } => upload_id,
            Self::TokenExpires { token, .. } => &token.token_id,
        }
    }

    /// The notice's id; one that must not be given twice has one that follows from what it says.
    fn id(self, clock: Clock) -> String {
        match self {
            Self::Rejected { .. } | Self::Held { .. } => clock.id(),
            Self::TokenExpires { token, days } => {
                digest(format!("{} ends at {}, {days} days", token.token_id, token.expires_at).as_bytes())
            }
        }
    }

    /// One line without its time.
    fn text(self) -> String {
        let text = match self {
            Self::Rejected { report, .. } => rejected(report),
            Self::Held { crossed, .. } => {
                format!("Upload held, a person has to allow or reject it: {}", crossed.join(" "))
            }
            Self::TokenExpires { token, .. } => format!(
                "The token that begins with {} ends at {}. Rotate it under Credentials, and give the new one to those \
                 who send.",
                token.starts_with,
                timestamp(token.expires_at)
            ),
        };
        text.chars().take(CHARACTERS).collect()
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
        id: &event.id(clock),
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
        let _ = write!(named, " and {more} more");
    }
    format!(
        "Upload of {} rejected, {}: {named}.",
        counted(report.records, "record"),
        counted(report.error_count, "error")
    )
}

/// `1 record`, `2 records`.
pub(crate) fn counted(number: u64, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
