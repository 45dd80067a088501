//! Values before and after, field by field.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    plan::{Change, ChangeKind, Value as Planned},
    wire::audit::FieldEdit,
};
use serde_json::Value;

use super::icon::{Icon, icon};
use crate::text;

/// What is changed, one line a field; of something new only what it has.
#[component]
pub(crate) fn Edits(
    /// Before and after.
    edits: Vec<FieldEdit>,
    /// Whether there was nothing before.
    #[prop(optional)]
    is_new: bool,
) -> impl IntoView {
    let lines = edits
        .into_iter()
        .map(|edit| {
            let before = (!is_new).then(|| {
                view! {
                    <del><span class="visually-hidden">"before: "</span>{words(&edit.before)}</del>
                    {icon(Icon::Arrow)}
                }
            });
            view! {
                <div class="edit">
                    <dt>{field_name(&edit.field)}</dt>
                    <dd>
                        {before}
                        <ins><span class="visually-hidden">"after: "</span>{words(&edit.after)}</ins>
                        {edit.reason.map(|reason| view! { <span class="reason">{reason}</span> })}
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="edits" class:created=is_new>{lines}</dl> }
}

/// What people call a field: `user.time_zone` → `Time Zone`, `old_ends_at` → `Old ends at`.
pub(crate) fn field_name(code: &str) -> String {
    if let Some(target) = Target::parse(code) {
        let label = target.label();
        return label.strip_prefix("User - ").unwrap_or(&label).to_owned();
    }
    text::capitalised(code.replace('_', " "))
}

/// A change of a plan as the audit will tell it; the address of somebody new says who they are already.
pub(crate) fn edits_of(change: &Change) -> Vec<FieldEdit> {
    let is_new = change.kind == ChangeKind::Created;
    let edits = change
        .edits
        .iter()
        .filter(|edit| !is_new || edit.field != Target::Email);
    edits
        .map(|edit| FieldEdit {
            reason: edit.reason.clone(),
            ..FieldEdit::new(&edit.field.to_string(), json(&edit.before), json(&edit.after))
        })
        .collect()
}

fn json(value: &Planned) -> Value {
    match value {
        Planned::Null => Value::Null,
        Planned::Bool(flag) => Value::Bool(*flag),
        Planned::Text(text) => Value::String(text.clone()),
        Planned::List(words) => words.iter().cloned().map(Value::String).collect(),
        Planned::Json(json) => json.clone(),
    }
}

fn words(value: &Value) -> AnyView {
    let nothing = |word: &'static str| view! { <span class="nothing">{word}</span> }.into_any();
    match value {
        Value::Null => nothing("empty"),
        Value::Bool(true) => "True".into_any(),
        Value::Bool(false) => "False".into_any(),
        Value::String(text) => text.clone().into_any(),
        Value::Array(list) if list.is_empty() => nothing("none"),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            words.join(", ").into_any()
        }
        other => other.to_string().into_any(),
    }
}
