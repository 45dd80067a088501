//! JSON for people: one value a line, coloured by what it is. Shows what it gets, also what is no JSON.

use leptos::prelude::*;

use crate::text;

/// The most characters that are coloured; the rest is told of.
const SHOWN: usize = 40_000;

/// What a piece of JSON is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Text,
    Number,
    Word,
    Sign,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Key => "json-key",
            Self::Text => "json-text",
            Self::Number => "json-number",
            Self::Word => "json-word",
            Self::Sign => "json-sign",
        }
    }
}

/// The pieces of a JSON text with the space that makes it readable; text that is no JSON comes back as it is.
fn pieces(json: &str) -> Vec<(Kind, String)> {
    let mut found: Vec<(Kind, String)> = Vec::new();
    let mut depth = 0_usize;
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    let mut rest = json.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest
                .find(['{', '}', '[', ']', ',', ':', '"', ' ', '\n', '\r', '\t'])
                .unwrap_or(rest.len()),
        };
        let (piece, after) = rest
            .split_at_checked(length.max(first.len_utf8()))
            .unwrap_or((rest, ""));
        let after = after.trim_start();
        let is_empty = matches!((first, after.chars().next()), ('{', Some('}')) | ('[', Some(']')));
        match first {
            '{' | '[' if is_empty => found.push((Kind::Sign, piece.to_owned())),
            '{' | '[' => {
                depth += 1;
                found.push((Kind::Sign, format!("{piece}{}", line(depth))));
            }
            '}' | ']' => {
                let was_empty = found.last().is_some_and(|(_, last)| last == "{" || last == "[");
                depth = depth.saturating_sub(usize::from(!was_empty));
                let before = if was_empty { String::new() } else { line(depth) };
                found.push((Kind::Sign, format!("{before}{piece}")));
            }
            ',' => found.push((Kind::Sign, format!(",{}", line(depth)))),
            ':' => found.push((Kind::Sign, ": ".to_owned())),
            '"' if after.starts_with(':') => found.push((Kind::Key, piece.to_owned())),
            '"' => found.push((Kind::Text, piece.to_owned())),
            '-' | '0'..='9' => found.push((Kind::Number, piece.to_owned())),
            _ => found.push((Kind::Word, piece.to_owned())),
        }
        rest = after;
    }
    found
}

/// How many bytes a string takes, with its quotes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// The text.
#[component]
pub(crate) fn JsonView(
    /// What it is, for those who listen.
    label: &'static str,
    /// The JSON.
    json: String,
) -> impl IntoView {
    let whole = json.chars().count();
    let shown: String = json.chars().take(SHOWN).collect();
    let is_json = matches!(shown.trim_start().chars().next(), Some('{' | '['));
    let body = if is_json {
        pieces(&shown)
            .into_iter()
            .map(|(kind, piece)| view! { <span class=kind.class()>{piece}</span> })
            .collect_view()
            .into_any()
    } else {
        shown.into_any()
    };
    let cut = (whole > SHOWN).then(|| {
        let words = format!(
            "First {} of {} characters shown.",
            text::number(SHOWN as u64),
            text::number(whole as u64)
        );
        view! { <p class="hint">{words}</p> }
    });
    view! {
        <pre class="json" tabindex="0" role="group" aria-label=label data-test="json"><code>{body}</code></pre>
        {cut}
    }
}
