//! Where a value came from, in a few words.

use passmuster_core::wire::people::Trace;

use crate::text;

/// Such as `From the upload of NA Sales, 21 Nov 2026, 08:30, row 812` or `By ann@a.co, 21 Nov 2026, 08:30`.
pub(crate) fn origin(trace: &Trace) -> String {
    let at = text::time(&trace.at);
    match (&trace.integration, trace.row) {
        (Some((_, name)), Some(row)) => format!("From the upload of {name}, {at}, row {}", text::number(row)),
        (Some((_, name)), None) => format!("From the upload of {name}, {at}"),
        (None, _) => format!("By {}, {at}", trace.actor),
    }
}
