//! What came back for a request that a person sent by hand.

use leptos::prelude::*;

use super::{
    badge::{Badge, Tone},
    icon::Icon,
    json_view::JsonView,
};
use crate::{api::Received, text};

/// An answer: status, time, headers, body.
#[component]
pub(crate) fn Answered(
    /// It.
    answer: Received,
) -> impl IntoView {
    let (tone, sign) = match answer.status {
        200..=299 => (Tone::Good, Icon::Tick),
        400..=499 => (Tone::Notice, Icon::Warning),
        _ => (Tone::Bad, Icon::Error),
    };
    let status = format!("{} {}", answer.status, answer.status_text);
    let size = text::bytes(answer.body.len() as u64);
    let headers = answer
        .headers
        .into_iter()
        .map(|(name, value)| view! { <div><dt><code>{name}</code></dt><dd><code>{value}</code></dd></div> })
        .collect_view();
    view! {
        <div class="answer-line" data-test="answer">
            <Badge tone=tone with=sign text=status.trim_end() />
            <span class="hint">{format!("{} ms", text::number(answer.milliseconds))}</span>
            <span class="hint">{size}</span>
        </div>
        <details class="answer-headers">
            <summary>"Headers"</summary>
            <dl>{headers}</dl>
        </details>
        <JsonView label="Body of the answer" json=answer.body />
    }
}
