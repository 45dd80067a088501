//! One person of a plan: what happens to them, field by field, before and after.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    plan::{Change, ChangeKind, Edit, Value},
    wire::directory::Catalog,
};

use super::{
    badge::{Badge, Tone},
    icon::{Icon, icon},
    match_table::label,
};
use crate::text;

/// What happens to a user, as a badge.
pub(crate) fn kind_badge(kind: ChangeKind) -> impl IntoView {
    match kind {
        ChangeKind::Created => view! { <Badge tone=Tone::Good with=Icon::Plus text="Create" /> },
        ChangeKind::Updated => view! { <Badge tone=Tone::Accent with=Icon::Arrow text="Update" /> },
        ChangeKind::Deactivated => view! { <Badge tone=Tone::Bad with=Icon::Off text="Deactivate" /> },
        ChangeKind::Reactivated => view! { <Badge tone=Tone::Good with=Icon::Back text="Reactivate" /> },
        ChangeKind::Removed => view! { <Badge tone=Tone::Bad with=Icon::Off text="Remove" /> },
    }
}

/// A change as a row of the table, with a note about what stays as it is.
pub(crate) fn change_row(change: &Change, catalog: &Catalog, note: Option<String>) -> impl IntoView + use<> {
    view! {
        <tr>
            <td data-label="Row" class="number">{change.row.map_or_else(|| "–".to_owned(), text::number)}</td>
            <td data-label="Person" class="person-cell">{change.email.clone()}</td>
            <td data-label="Change">{kind_badge(change.kind)}</td>
            <td data-label="Fields">
                {edit_list(change, catalog)}
                {note.map(|note| view! { <p class="kept">{note}</p> })}
            </td>
        </tr>
    }
}

/// The fields of a change.
pub(crate) fn edit_list(change: &Change, catalog: &Catalog) -> impl IntoView + use<> {
    let created = change.kind == ChangeKind::Created;
    let edits = change
        .edits
        .iter()
        .filter(|edit| edit.field != Target::Email)
        .map(|edit| edit_line(&edit, created, catalog))
        .collect_view();
    view! { <dl class="edits" class:created=created>{edits}</dl> }
}

/// A field of a user, before and after.
pub(crate) fn edit_line(edit: &Edit, created: bool, catalog: &Catalog) -> impl IntoView + use<> {
    let label = label(&edit.field, catalog);
    let label = label.strip_prefix("User - ").unwrap_or(&label).to_owned();
    let values = match (&edit.before, &edit.after) {
        (_, after) if created => view! { <ins>{said("after: ")}{value(after)}</ins> }.into_any(),
        (Value::List(before), Value::List(after)) if !before.is_empty() && !after.is_empty() => words(before, after),
        (Value::Text(before), Value::Text(after)) => {
            let (before, after) = differing(before, after);
            view! {
                <del>{said("before: ")}{before}</del>
                {icon(Icon::Arrow)}
                <ins>{said("after: ")}{after}</ins>
            }
            .into_any()
        }
        (before, after) => view! {
            <del>{said("before: ")}{value(before)}</del>
            {icon(Icon::Arrow)}
            <ins>{said("after: ")}{value(after)}</ins>
        }
        .into_any(),
    };
    view! {
        <div class="edit">
            <dt>{label}</dt>
            <dd>
                {values}
                {edit.reason.clone().map(|reason| view! { <span class="reason">{reason}</span> })}
            </dd>
        </div>
    }
}

fn said(words: &'static str) -> impl IntoView {
    view! { <span class="visually-hidden">{words}</span> }
}

/// Two texts, with the words marked that only one of them has.
fn differing(before: &str, after: &str) -> (AnyView, AnyView) {
    let (was, is): (Vec<&str>, Vec<&str>) = (
        before.split_inclusive(' ').collect(),
        after.split_inclusive(' ').collect(),
    );
    let trimmed = |(a, b): &(&&str, &&str)| a.trim_end() == b.trim_end();
    let start = was.iter().zip(&is).take_while(trimmed).count();
    let end = was[start..]
        .iter()
        .rev()
        .zip(is[start..].iter().rev())
        .take_while(trimmed)
        .count();
    if start + end == 0 {
        return (before.to_owned().into_any(), after.to_owned().into_any());
    }
    let marked = |words: &[&str]| {
        let (same, rest) = words.split_at(start);
        let (other, tail) = rest.split_at(rest.len() - end);
        view! {
            {same.concat()}
            {(!other.is_empty()).then(|| view! { <b class="differs">{other.concat()}</b> })}
            {tail.concat()}
        }
        .into_any()
    };
    (marked(&was), marked(&is))
}

/// Two lists as one: what stays, what is taken away, what is added.
fn words(before: &[String], after: &[String]) -> AnyView {
    let taken = before
        .iter()
        .filter(|word| !after.contains(word))
        .map(|word| view! { <li><del>{said("taken away: ")}{word.clone()}</del></li> })
        .collect_view();
    let now = after
        .iter()
        .map(|word| {
            if before.contains(word) {
                view! { <li class="stays">{said("stays: ")}{word.clone()}</li> }.into_any()
            } else {
                view! { <li><ins>{said("added: ")}"+ "{word.clone()}</ins></li> }.into_any()
            }
        })
        .collect_view();
    view! { <ul class="words">{now}{taken}</ul> }.into_any()
}

fn value(value: &Value) -> AnyView {
    match value {
        Value::Null => view! { <span class="nothing">"empty"</span> }.into_any(),
        Value::Bool(true) => "True".into_any(),
        Value::Bool(false) => "False".into_any(),
        Value::Text(text) => text.clone().into_any(),
        Value::List(words) if words.is_empty() => view! { <span class="nothing">"none"</span> }.into_any(),
        Value::List(words) => words.join(", ").into_any(),
        Value::Json(json) => json.to_string().into_any(),
    }
}
