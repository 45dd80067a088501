//! The refusals that every route of a kind can give, so that no route has to name them.

use axum::http::Method;

use super::document::Described;

/// Each status and what it means.
pub(super) fn of(described: &Described<'_>) -> Vec<(u16, &'static str)> {
    let operation = described.operation;
    let has_body = !operation.bodies.is_empty();
    let writes = *described.method != Method::GET;
    let is_asked = has_body || !operation.queries.is_empty() || described.path.contains('{');
    let usual = [
        (
            400,
            "The request can't be understood, or what it says can't be loaded.",
            is_asked,
        ),
        (
            401,
            "Nobody is signed in, or the credential is missing, unknown or over.",
            described.is_guarded(),
        ),
        (403, "Whoever asks may not do this.", described.is_guarded()),
        (
            404,
            "There is no such thing in the workspace, or no workspace at this address.",
            true,
        ),
        (408, "The body did not come in time.", has_body),
        (409, "What is there stands in the way; nothing was applied.", writes),
        (413, "The body is too large.", has_body),
        (
            415,
            "The `Content-Type` or `Content-Encoding` is not taken here.",
            has_body,
        ),
        (
            422,
            "The `Idempotency-Key` was used with another body.",
            takes(described, "Idempotency-Key"),
        ),
        (429, "Too many requests; `Retry-After` says when to come back.", true),
        (
            503,
            "The server can't do this now; nothing was applied. `Retry-After` says when to come back.",
            true,
        ),
        (507, "The server's disk is full; nothing was applied.", writes),
    ];
    let usual = usual
        .into_iter()
        .filter(|(.., can_be)| *can_be && !operation.has_own_refusals);
    let mut refusals: Vec<(u16, &'static str)> = usual.map(|(status, told, _)| (status, told)).collect();
    for (status, told) in &operation.refuses {
        refusals.retain(|(known, _)| known != status);
        refusals.push((*status, told));
    }
    refusals.sort_unstable();
    refusals
}

fn takes(described: &Described<'_>, header: &str) -> bool {
    described.operation.headers.iter().any(|known| known.name == header)
}
