//! The chosen file in one line, at every step: what it is, and how else it could be read.

use leptos::prelude::*;
use passmuster_core::choices::Choice;

use super::state::{Flow, Step};
use crate::{
    components::{
        button::Button,
        icon::{Icon, icon},
    },
    text,
};

/// What encodings are called, by their labels.
const ENCODINGS: [(&str, &str); 4] = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252"),
    ("utf-16le", "UTF-16LE"),
    ("utf-16be", "UTF-16BE"),
];

/// The chosen file.
#[component]
pub(super) fn FileBar(flow: Flow) -> impl IntoView {
    let facts = move || {
        flow.preview.with(|preview| {
            let preview = preview.as_ref().filter(|preview| !preview.columns.is_empty())?;
            let mut facts = vec![
                text::count(preview.records, "row", "rows"),
                text::count(preview.file.columns.len() as u64, "column", "columns"),
                match &preview.file.sheet {
                    Some(_) => format!("Excel (.{})", preview.file.encoding),
                    None => preview.file.format.to_ascii_uppercase(),
                },
            ];
            let sheet = preview.file.sheet.as_ref().filter(|_| preview.file.sheets.len() < 2);
            facts.extend(sheet.map(|sheet| format!("sheet “{sheet}”")));
            // A file that says its encoding itself leaves no choice.
            let is_text = preview.file.sheet.is_none() && preview.choices.encodings.is_empty();
            facts.extend(is_text.then(|| preview.file.encoding.clone()));
            Some(facts)
        })
    };
    let is_open = move || flow.reading.with(Option::is_none) && flow.preview.with(Option::is_some);
    move || {
        flow.chosen.get().map(|chosen| {
            view! {
                <div class="file-bar" data-test="file-bar">
                    {icon(Icon::File)}
                    <strong class="cell-text">{chosen.name}</strong>
                    <ul class="file-facts">
                        <li>{text::bytes(chosen.size)}</li>
                        {move || {
                            facts()
                                .map(|facts| facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view())
                        }}
                        {move || header(flow).map(|view| view! { <li>{view}</li> })}
                        {move || {
                            (flow.step.get() != Step::Result)
                                .then(|| {
                                    view! {
                                        {move || encodings(flow).map(|select| view! { <li>{select}</li> })}
                                        {move || delimiters(flow).map(|select| view! { <li>{select}</li> })}
                                        {move || sheets(flow).map(|select| view! { <li>{select}</li> })}
                                    }
                                })
                        }}
                    </ul>
                    {move || {
                        is_open()
                            .then(|| {
                                view! {
                                    <Button small=true on_press=Callback::new(move |()| flow.close()) test="other-file">
                                        "Choose another file"
                                    </Button>
                                }
                            })
                    }}
                </div>
            }
        })
    }
}

/// The encodings, each with what a piece of the file would be.
fn encodings(flow: Flow) -> Option<AnyView> {
    let (found, choices) = flow.preview.with(|preview| {
        let preview = preview.as_ref().filter(|preview| preview.file.sheet.is_none())?;
        let choices = preview.choices.encodings.clone();
        (!choices.is_empty()).then(|| (preview.file.encoding.clone(), choices))
    })?;
    let chosen = flow.encoding.get();
    let sampled = |value: &str| {
        let choice = choices.iter().find(|choice| choice.value.eq_ignore_ascii_case(value));
        choice.map_or_else(String::new, |choice| format!(": {}", choice.sample))
    };
    let name = |label: &str| {
        let known = ENCODINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(label));
        known.map_or(label.to_owned(), |(_, name)| (*name).to_owned())
    };
    let automatic = match &chosen {
        None => format!("{} (found){}", name(&found), sampled(&found)),
        Some(_) => "Find the encoding".to_owned(),
    };
    let options = ENCODINGS
        .into_iter()
        .map(|(label, name)| {
            let selected = chosen.as_deref() == Some(label);
            view! { <option value=label prop:selected=selected>{format!("{name}{}", sampled(label))}</option> }
        })
        .collect_view();
    let choose = move |event| {
        flow.set_encoding(Some(event_target_value(&event)).filter(|label| !label.is_empty()));
    };
    Some(
        view! {
            <label class="encoding">
                <span class="visually-hidden">"Encoding"</span>
                <select data-test="encoding" on:change=choose>
                    <option value="" prop:selected=chosen.is_none()>{automatic}</option>
                    {options}
                </select>
            </label>
        }
        .into_any(),
    )
}

/// The delimiters, each with the columns it would make.
fn delimiters(flow: Flow) -> Option<AnyView> {
    let (found, choices) = flow.preview.with(|preview| {
        let preview = preview.as_ref()?;
        Some((preview.file.delimiter?, preview.choices.delimiters.clone()))
    })?;
    let chosen = flow.delimiter.get();
    let word = |choice: &Choice| {
        let delimiter = choice.value.chars().next().map(text::delimiter).unwrap_or_default();
        format!(
            "{delimiter}: {}, {}",
            text::count(choice.columns, "column", "columns"),
            choice.sample
        )
    };
    let automatic = match chosen {
        None => format!("{} (found)", text::delimiter(found)),
        Some(_) => "Find the delimiter".to_owned(),
    };
    let options = choices
        .iter()
        .map(|choice| {
            let selected = chosen.is_some() && choice.value.chars().next() == chosen;
            view! { <option value=choice.value.clone() prop:selected=selected>{word(choice)}</option> }
        })
        .collect_view();
    Some(
        view! {
            <label class="encoding">
                <span class="visually-hidden">"Delimiter"</span>
                <select
                    data-test="delimiter"
                    on:change=move |event| flow.set_delimiter(event_target_value(&event).chars().next())
                >
                    <option value="" prop:selected=chosen.is_none()>{automatic}</option>
                    {options}
                </select>
            </label>
        }
        .into_any(),
    )
}

/// Which row is the header, and the way to choose another one.
fn header(flow: Flow) -> Option<AnyView> {
    let heading = flow.heading.get().filter(|_| flow.draft.with(Option::is_some))?;
    let line = match flow.header.get() {
        Some(chosen) => chosen.line,
        None => heading.rows.first().map(|row| row.line),
    };
    let words = line.map_or("No header".to_owned(), |line| {
        format!("Header: row {}", text::number(line))
    });
    let may_change = !matches!(flow.step.get(), Step::Header | Step::Result);
    let change = may_change.then(|| {
        view! {
            <button
                type="button"
                class="button small"
                data-test="change-header"
                on:click=move |_| flow.go(Step::Header)
            >
                "Change"
                <span class="visually-hidden">" the header"</span>
            </button>
        }
    });
    Some(view! { <span class="header-fact" title=heading.reason>{words} {change}</span> }.into_any())
}

/// The sheets of a workbook.
fn sheets(flow: Flow) -> Option<AnyView> {
    let file = flow
        .preview
        .with(|preview| preview.as_ref().map(|preview| preview.file.clone()))?;
    let read = file.sheet.filter(|_| file.sheets.len() > 1)?;
    let options = file.sheets.into_iter().map(|name| {
        let selected = name == read;
        view! { <option value=name.clone() prop:selected=selected>{name.clone()}</option> }
    });
    let options = options.collect_view();
    Some(
        view! {
            <label class="encoding">
                <span class="visually-hidden">"Sheet"</span>
                <select data-test="sheet" on:change=move |event| flow.set_sheet(event_target_value(&event))>
                    {options}
                </select>
            </label>
        }
        .into_any(),
    )
}
