//! What differs between two mappings, line by line.

use leptos::prelude::*;
use passmuster_core::{
    mapping::{ApiField, Mapping},
    wire::directory::Catalog,
};

use crate::components::{
    badge::{Badge, Tone},
    icon::{Icon, icon},
    match_table::label,
    policies::summary,
};

/// The difference; says so when there is none.
#[component]
pub(super) fn Difference(
    /// The mapping so far.
    before: Mapping,
    /// The mapping then.
    after: Mapping,
    /// What the workspace calls its targets.
    catalog: Catalog,
) -> impl IntoView {
    let words = move |field: &ApiField| {
        let values: Vec<String> = field
            .value_map
            .iter()
            .map(|(from, to)| format!("\u{201c}{from}\u{201d} means {to}"))
            .collect();
        let rest = if values.is_empty() {
            String::new()
        } else {
            format!(" · {}", values.join(", "))
        };
        view! {
            <span class="difference-words">
                <code>{field.api_field.clone()}</code>
                {icon(Icon::Arrow)}
                <span>{label(&field.target, &catalog)}</span>
                <span class="hint">{summary(field)}{rest}</span>
            </span>
        }
    };
    let mut lines = Vec::new();
    if (before.file_format, before.delimiter) != (after.file_format, after.delimiter) {
        let format = |mapping: &Mapping| {
            let delimiter = mapping
                .delimiter
                .map(|delimiter| format!(", {}", crate::text::delimiter(delimiter)));
            format!(
                "{}{}",
                mapping.file_format.as_str().to_ascii_uppercase(),
                delimiter.unwrap_or_default()
            )
        };
        lines.push(
            view! {
                <li>
                    <Badge tone=Tone::Accent with=Icon::Arrow text="Changed" />
                    <div>"File Format: "<del>{format(&before)}</del>" "{icon(Icon::Arrow)}" "<ins>{format(&after)}</ins></div>
                </li>
            }
            .into_any(),
        );
    }
    for field in &after.fields {
        match before.field_of(&field.target) {
            None => lines.push(
                view! { <li><Badge tone=Tone::Good with=Icon::Plus text="Added" /><div>{words(field)}</div></li> }
                    .into_any(),
            ),
            Some(former) if former != field => lines.push(
                view! {
                    <li>
                        <Badge tone=Tone::Accent with=Icon::Arrow text="Changed" />
                        <div>
                            <del><span class="visually-hidden">"before: "</span>{words(former)}</del>
                            <ins><span class="visually-hidden">"after: "</span>{words(field)}</ins>
                        </div>
                    </li>
                }
                .into_any(),
            ),
            Some(_) => {}
        }
    }
    for field in before
        .fields
        .iter()
        .filter(|field| after.field_of(&field.target).is_none())
    {
        lines.push(
            view! { <li><Badge tone=Tone::Bad with=Icon::Off text="Removed" /><div>{words(field)}</div></li> }
                .into_any(),
        );
    }
    if lines.is_empty() {
        let text = if before == after {
            "Nothing differs."
        } else {
            "Only the order of the API fields differs."
        };
        return view! { <p class="hint">{text}</p> }.into_any();
    }
    view! { <ul class="difference" data-test="difference">{lines}</ul> }.into_any()
}
