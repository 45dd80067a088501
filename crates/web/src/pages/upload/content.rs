//! The body as it was received, record by record, each with what it came to and what was wrong with it.

use leptos::{html, prelude::*};
use passmuster_core::wire::integration::{RecordList, RecordOutcome, Upload, UploadRecord};

use super::Part;
use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::Icon,
        loaded::Loaded,
        problems::severity_badge,
    },
    page::Page,
    query::{Query, use_query},
    text,
};

/// What of the records the address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Asked {
    /// The record that the page begins behind.
    after: u64,
    /// Only those with problems.
    only_problems: bool,
    /// The one that is to be seen.
    row: Option<u64>,
}

/// The tab; the place in the list is in the address.
#[component]
pub(super) fn Content(
    /// The upload.
    upload: Upload,
) -> impl IntoView {
    if !upload.has_body {
        return view! {
            <EmptyState
                with=Icon::File
                title="The body is not kept any more"
                text="Bodies are kept for as long as the operator of this server has set. What the upload changed, and what was wrong with it, is kept for good."
            />
        }
        .into_any();
    }
    let query = use_query(&["after", "row", "only"]);
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let number = |key: &str| query.get(key).parse::<u64>().ok();
            let row = number("row").filter(|row| *row > 0);
            // A row that is asked for lies on the page on which paging from the first comes to it.
            let page_of = |row: u64| (row - 1) / api::RECORDS * api::RECORDS;
            Asked {
                after: number("after").or(row.map(page_of)).unwrap_or(0),
                only_problems: query.get("only") == "problems",
                row,
            }
        })
    });
    let id = upload.id.clone();
    let list = api::Resource::new(move || {
        let (id, asked) = (id.clone(), asked.get());
        async move { api::records(&id, asked.after, asked.only_problems).await }
    });
    let here = Page::Upload(upload.integration_id, upload.id).path();
    let place = move |after: u64, only_problems: bool| {
        let after = if after == 0 { String::new() } else { after.to_string() };
        let only = if only_problems { "problems" } else { "" };
        Query::default()
            .with("show", Part::Content.slug())
            .with("only", only)
            .with("after", after)
            .at(&here)
    };
    let place = StoredValue::new(place);
    let go = move |after: u64, only: bool| place.with_value(|place| place(after, only));
    let total = upload.records;
    view! {
        <section class="stack">
            <nav class="filter-line" aria-label="Which records">
                {move || {
                    let only = asked.get().only_problems;
                    view! {
                        <a class="button small" class:pressed=!only aria-current=(!only).then_some("true") href=go(0, false)>
                            {format!("All {}", text::count(total, "record", "records"))}
                        </a>
                        <a
                            class="button small"
                            class:pressed=only
                            aria-current=only.then_some("true")
                            href=go(0, true)
                            data-test="only-problems"
                        >
                            "With problems"
                        </a>
                    }
                }}
            </nav>
            <Loaded
                resource=list
                what="the records"
                draw=move |list| {
                    let asked = asked.get_untracked();
                    if list.records.is_empty() {
                        let words = if asked.only_problems {
                            "No record has a problem. What is wrong with the file as a whole stands under Problems."
                        } else {
                            "There are no records here."
                        };
                        return view! { <p class="hint">{words}</p> }.into_any();
                    }
                    let next = list.next_cursor.as_ref().and_then(|next| next.parse::<u64>().ok());
                    let previous = (asked.after > 0).then(|| if asked.only_problems { 0 } else { asked.after.saturating_sub(api::RECORDS) });
                    let shown = shown(&list, total, asked.only_problems);
                    view! {
                        <Records list=list row=asked.row />
                        <nav class="pager" aria-label="Pages of the records">
                            <p class="shown">{shown}</p>
                            {previous
                                .map(|after| {
                                    let words = if asked.only_problems { "First page" } else { "Previous" };
                                    view! { <a class="button" href=go(after, asked.only_problems)>{words}</a> }
                                })}
                            {next.map(|after| view! { <a class="button" href=go(after, asked.only_problems) data-test="next-records">"Next"</a> })}
                        </nav>
                    }
                        .into_any()
                }
            />
        </section>
    }
    .into_any()
}

/// `Records 51 to 100 of 1,204`
fn shown(list: &RecordList, total: u64, only_problems: bool) -> String {
    let (first, last) = (list.records.first(), list.records.last());
    let number = |record: Option<&UploadRecord>| text::number(record.map_or(0, |record| record.row));
    let rows = format!(
        "Records {} to {} of {}",
        number(first),
        number(last),
        text::number(total)
    );
    if only_problems {
        let count = text::count(
            list.records.len() as u64,
            "record with problems",
            "records with problems",
        );
        format!("{count} shown")
    } else {
        rows
    }
}

#[component]
fn Records(list: RecordList, row: Option<u64>) -> impl IntoView {
    let sought = NodeRef::<html::Tr>::new();
    Effect::new(move || {
        if let Some(element) = sought.get() {
            element.scroll_into_view();
            // Fails only for elements that can't take the focus.
            let _ = element.focus();
        }
    });
    let columns = list.columns.len() + 2;
    let heads = list
        .columns
        .iter()
        .map(|name| view! { <th scope="col"><code>{name.clone()}</code></th> })
        .collect_view();
    let rows = list
        .records
        .into_iter()
        .map(|record| {
            let is_sought = row == Some(record.row);
            let cells = record
                .cells
                .iter()
                .map(|cell| match cell {
                    None => view! { <td class="no-cell"><span class="visually-hidden">"none"</span></td> }.into_any(),
                    Some(text) => view! { <td class="content-cell">{text.clone()}</td> }.into_any(),
                })
                .collect_view();
            let problems = (!record.problems.is_empty()).then(|| {
                let lines = record
                    .problems
                    .iter()
                    .map(|problem| {
                        let column = problem.column.as_ref().map(|column| format!("{column}: "));
                        view! {
                            <li>
                                {severity_badge(problem.severity)}
                                <span class="cell-text">{column}{problem.message.clone()}" "<span class="hint">{problem.hint.clone()}</span></span>
                            </li>
                        }
                    })
                    .collect_view();
                view! { <tr class="record-problems"><td colspan=columns.to_string()><ul>{lines}</ul></td></tr> }
            });
            let outcome = record_badge(record.outcome);
            let (number, line) = (text::number(record.row), format!("Line {} of the file", text::number(record.line)));
            let row = if is_sought {
                view! {
                    <tr class="sought" tabindex="-1" node_ref=sought data-test="sought">
                        <th scope="row" class="number" title=line>{number}</th>
                        <td>{outcome}</td>
                        {cells}
                    </tr>
                }
                    .into_any()
            } else {
                view! {
                    <tr>
                        <th scope="row" class="number" title=line>{number}</th>
                        <td>{outcome}</td>
                        {cells}
                    </tr>
                }
                    .into_any()
            };
            view! { {row} {problems} }
        })
        .collect_view();
    view! {
        <div class="table-box" tabindex="0" role="region" aria-label="Records as received">
            <table class="records" data-test="records">
                <thead>
                    <tr>
                        <th scope="col" class="number">"Row"</th>
                        <th scope="col">"Outcome"</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What a record came to, as a badge.
fn record_badge(outcome: RecordOutcome) -> impl IntoView {
    match outcome {
        RecordOutcome::Created => view! { <Badge tone=Tone::Good with=Icon::Plus text="Created" /> },
        RecordOutcome::Updated => view! { <Badge tone=Tone::Accent with=Icon::Arrow text="Updated" /> },
        RecordOutcome::Deactivated => view! { <Badge tone=Tone::Bad with=Icon::Off text="Deactivated" /> },
        RecordOutcome::Reactivated => view! { <Badge tone=Tone::Good with=Icon::Back text="Reactivated" /> },
        RecordOutcome::Unchanged => view! { <Badge tone=Tone::Neutral with=Icon::Tick text="Unchanged" /> },
        RecordOutcome::Rejected => view! { <Badge tone=Tone::Bad with=Icon::Error text="Rejected" /> },
        RecordOutcome::Held => view! { <Badge tone=Tone::Notice with=Icon::Off text="Waiting" /> },
    }
}
