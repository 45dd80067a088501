//! What checking found: counted by rule and column on one side, one by one on the other.

use std::time::Duration;

use leptos::prelude::*;
use passmuster_core::{
    problem::{Problem, Report, Severity, Tally},
    rules,
};

use super::{
    badge::{Badge, Tone},
    button::Button,
    icon::Icon,
};
use crate::text;

/// How many problems are shown at a time.
const SHOWN_AT_ONCE: usize = 50;

/// How many of them are drawn in one go: all of them would keep the page from answering.
const DRAWN_AT_ONCE: usize = 10;

/// A severity's badge: icon, word and colour.
pub(crate) fn severity_badge(severity: Severity) -> impl IntoView {
    match severity {
        Severity::Error => view! { <Badge tone=Tone::Bad with=Icon::Error text="Error" /> },
        Severity::Warning => view! { <Badge tone=Tone::Notice with=Icon::Warning text="Warning" /> },
        Severity::Info => view! { <Badge tone=Tone::Accent with=Icon::Info text="Info" /> },
    }
}

/// `duplicate_email` → `Duplicate email`
pub(crate) fn rule_name(rule: &str) -> String {
    text::capitalised(rule.replace('_', " "))
}

fn belongs(problem: &Problem, tally: &Tally) -> bool {
    problem.rule == tally.rule && problem.column == tally.column && problem.severity == tally.severity
}

/// The problems of a report; draws nothing when there are none.
#[component]
pub(crate) fn Problems(
    /// The report.
    report: Report,
    /// Where a row can be looked at; without it, rows are no links.
    #[prop(optional, into)]
    row_address: Option<Callback<u64, String>>,
) -> impl IntoView {
    if report.summary.is_empty() {
        return ().into_any();
    }
    let chosen = RwSignal::new(None::<usize>);
    let limit = RwSignal::new(SHOWN_AT_ONCE);
    let tallies = StoredValue::new(report.summary);
    let problems = StoredValue::new(report.problems);
    let total = report.error_count + report.warning_count + report.info_count;
    let drawn = RwSignal::new(DRAWN_AT_ONCE);
    let choose = move |group: Option<usize>| {
        chosen.set(group);
        limit.set(SHOWN_AT_ONCE);
        drawn.set(DRAWN_AT_ONCE);
    };
    let found = Memo::new(move |_| {
        let chosen = chosen
            .get()
            .and_then(|index| tallies.with_value(|tallies| tallies.get(index).cloned()));
        problems.with_value(|problems| {
            problems
                .iter()
                .filter(|problem| chosen.as_ref().is_none_or(|tally| belongs(problem, tally)))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    Effect::new(move || {
        let now = drawn.get();
        if now < found.with(Vec::len).min(limit.get()) {
            set_timeout(
                move || {
                    drawn.try_set(now + DRAWN_AT_ONCE);
                },
                Duration::ZERO,
            );
        }
    });
    // Slices that are drawn stay as they are when more come.
    let slices = move || {
        let (chosen, shown) = (chosen.get(), found.with(Vec::len).min(limit.get()).min(drawn.get()));
        (0..shown).step_by(DRAWN_AT_ONCE).map(move |first| (chosen, first))
    };
    let slice = move |(_, first): (Option<usize>, usize)| {
        found.with_untracked(|found| {
            let slice = found.iter().skip(first).take(DRAWN_AT_ONCE);
            slice.map(|problem| problem_row(problem, row_address)).collect_view()
        })
    };
    let whole = move || {
        chosen
            .get()
            .and_then(|index| tallies.with_value(|tallies| tallies.get(index).map(|tally| tally.count)))
            .unwrap_or(total)
    };
    let groups = tallies.with_value(|tallies| {
        tallies
            .iter()
            .enumerate()
            .map(|(index, tally)| {
                view! { <Group tally=tally.clone() pressed=Signal::derive(move || chosen.get() == Some(index)) on_press=move |()| choose(Some(index)) /> }
            })
            .collect_view()
    });
    let explain = move || {
        chosen
            .get()
            .and_then(|index| {
                tallies.with_value(|tallies| tallies.get(index).and_then(|tally| rules::find(&tally.rule)))
            })
            .map(|rule| view! { <p class="explain">{rule.explain} " " <code>{rule.id}</code></p> })
    };
    view! {
        <div class="problems" data-test="problems">
            <div class="problem-groups">
                <p class="strong" id="problem-groups">"Kinds of problems"</p>
                <ul aria-labelledby="problem-groups">
                    <li>
                        <button
                            type="button"
                            class="problem-group"
                            aria-pressed=move || chosen.get().is_none().to_string()
                            on:click=move |_| choose(None)
                        >
                            <span class="group-name">"All problems"</span>
                            <span class="group-count">{text::number(total)}</span>
                        </button>
                    </li>
                    {groups}
                </ul>
            </div>
            <div class="problem-list">
                {explain}
                <p class="shown" role="status">
                    {move || {
                        let shown = found.with(Vec::len).min(limit.get()) as u64;
                        let whole = whole();
                        if shown < whole {
                            format!("First {} of {} shown", text::number(shown), text::number(whole))
                        } else {
                            text::count(whole, "problem", "problems")
                        }
                    }}
                </p>
                <div class="table-box">
                    <table class="cards">
                        <thead>
                            <tr>
                                <th scope="col">"Severity"</th>
                                <th scope="col" class="number">"Row"</th>
                                <th scope="col">"Column"</th>
                                <th scope="col">"Problem"</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=slices key=|slice| *slice children=slice />
                        </tbody>
                    </table>
                </div>
                {move || {
                    let more = found.with(Vec::len).saturating_sub(limit.get());
                    (more > 0)
                        .then(|| view! {
                            <Button on_press=Callback::new(move |()| limit.update(|limit| *limit += SHOWN_AT_ONCE))>
                                "Show more"
                            </Button>
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}

/// Problems one below the other, each in a line, without a choice.
#[component]
pub(crate) fn FirstProblems(
    /// The problems.
    problems: Vec<Problem>,
) -> impl IntoView {
    let lines = problems
        .into_iter()
        .map(|problem| {
            let row = problem.row.map(|row| format!("Row {}", text::number(row)));
            let place = row.into_iter().chain(problem.column.map(|column| column.to_string()));
            let place = place.collect::<Vec<_>>().join(", ");
            view! {
                <li>
                    {severity_badge(problem.severity)}
                    <span class="place">{place}</span>
                    <span class="cell-text">{problem.message}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="first-problems" data-test="first-problems">{lines}</ul> }
}

/// A kind of problem with its count, to be chosen.
#[component]
pub(crate) fn Group(
    /// The kind.
    tally: Tally,
    /// Whether it is chosen.
    #[prop(into)]
    pressed: Signal<bool>,
    /// Chooses it.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <li>
            <button
                type="button"
                class="problem-group"
                data-rule=tally.rule.to_string()
                aria-pressed=move || pressed.get().to_string()
                on:click=move |_| on_press.run(())
            >
                {severity_badge(tally.severity)}
                <span class="group-name">
                    {rule_name(&tally.rule)}
                    {tally.column.map(|column| view! { <small>{column.to_string()}</small> })}
                </span>
                <span class="group-count">{text::number(tally.count)}</span>
            </button>
        </li>
    }
}

fn problem_row(problem: &Problem, row_address: Option<Callback<u64, String>>) -> impl IntoView + use<> {
    let place = match (problem.row, problem.line) {
        (Some(row), _) => text::number(row),
        (None, Some(line)) => format!("line {}", text::number(line)),
        (None, None) => "–".to_owned(),
    };
    let place = match (problem.row, row_address) {
        (Some(row), Some(address)) => view! { <a href=address.run(row)>{place}</a> }.into_any(),
        _ => place.into_any(),
    };
    let title = problem
        .line
        .map(|line| format!("Line {} of the file", text::number(line)));
    let column = problem
        .column
        .as_ref()
        .map_or_else(|| "–".to_owned(), ToString::to_string);
    let value = problem
        .value
        .clone()
        .filter(|value| !value.is_empty() && !problem.message.contains(value.as_str()))
        .map(|value| view! { <p><q class="cell-text">{value}</q></p> });
    view! {
        <tr>
            <td data-label="Severity">{severity_badge(problem.severity)}</td>
            <td data-label="Row" class="number" title=title>{place}</td>
            <td data-label="Column" class="column-name">{column}</td>
            <td data-label="Problem" class="problem-text">
                <p>{problem.message.clone()}</p>
                {value}
                {(!problem.hint.is_empty()).then(|| view! { <p class="hint">{problem.hint.clone()}</p> })}
            </td>
        </tr>
    }
}
