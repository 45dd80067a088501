//! What checking found, and mending it, before anything is sent.

mod changes;
mod details;
mod found;
mod replace;
mod row_form;
mod suggestions;
mod summary;
mod table;
mod toolbar;

use leptos::prelude::*;
use passmuster_core::problem::{Problem, Report, Severity, Tally};

use self::found::Found;
use super::state::Flow;
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        icon::{Icon, icon},
        problems::{FirstProblems, Problems},
        progress::Progress,
    },
    text,
};

/// The step.
#[component]
pub(super) fn CheckStep(flow: Flow) -> impl IntoView {
    let is_checked = Memo::new(move |_| flow.report.with(Option::is_some));
    move || match is_checked.get() {
        true => view! { <Found flow=flow /> }.into_any(),
        false => {
            let rows = flow
                .preview
                .with_untracked(|preview| preview.as_ref().map_or(0, |preview| preview.records));
            view! {
                <section class="card stack-small">
                    <Progress
                        label=format!("Checking {}…", text::count(rows, "row", "rows"))
                        done=flow.checked
                        on_cancel=Callback::new(move |()| flow.close())
                    />
                    <SoFar flow=flow />
                </section>
            }
            .into_any()
        }
    }
}

/// What was found while checking goes on.
#[component]
fn SoFar(flow: Flow) -> impl IntoView {
    move || {
        flow.found.with(|found| {
            let [errors, warnings, infos] = found.counts;
            let counts = [
                (errors, "error", "errors"),
                (warnings, "warning", "warnings"),
                (infos, "info", "infos"),
            ]
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| text::count(count, one, many))
            .collect::<Vec<_>>();
            (!counts.is_empty()).then(|| {
                view! {
                    <p class="hint">{format!("{} so far.", text::list(&counts))}</p>
                    <FirstProblems problems=found.problems.clone() />
                }
            })
        })
    }
}

/// Puts problems into a report that has none, with their counts.
pub(super) fn tally(report: &mut Report, problems: Vec<Problem>) {
    for problem in &problems {
        match problem.severity {
            Severity::Error => report.error_count += 1,
            Severity::Warning => report.warning_count += 1,
            Severity::Info => report.info_count += 1,
        }
        let known = report.summary.iter_mut().find(|tally| {
            tally.rule == problem.rule && tally.column == problem.column && tally.severity == problem.severity
        });
        match known {
            Some(tally) => tally.count += 1,
            None => report.summary.push(Tally {
                id: problem.id,
                rule: problem.rule.clone(),
                severity: problem.severity,
                column: problem.column.clone(),
                count: 1,
                first_row: problem.row,
            }),
        }
    }
    report.problems = problems;
}

/// A short banner for the problems that are no errors.
pub(super) fn remarks(report: &Report) -> Option<impl IntoView + use<>> {
    let count = report.warning_count + report.info_count;
    (count > 0).then(|| {
        let counts = [
            (report.warning_count, "warning", "warnings"),
            (report.info_count, "info", "infos"),
        ];
        let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, one, many)| text::count(count, one, many)).collect();
        let words = text::list(&counts);
        let report = report.clone();
        view! {
            <details class="fold">
                <summary>{icon(Icon::Chevron)} {words}</summary>
                <Problems report=report />
            </details>
        }
    })
}

/// Says that the file is sent with what a person changed in it.
pub(super) fn mended_note(flow: Flow) -> Option<impl IntoView + use<>> {
    let extent = flow.mending.extent.get_untracked();
    flow.mending.is_mended_now().then(|| {
        let mut words = Vec::new();
        if extent.cells > 0 {
            let cells = text::count(extent.cells, "change", "changes");
            let rows = text::count(extent.rows, "row", "rows");
            words.push(format!("your {cells} in {rows}"));
        }
        if extent.left_out > 0 {
            let rows = text::count(extent.left_out, "row", "rows");
            words.push(format!("{rows} left out"));
        }
        let numbers = if extent.left_out > 0 { " Rows are numbered as in your file." } else { "" };
        view! { <p class="hint" data-test="mended-note">{format!("The file is sent with {}.{numbers}", text::list(&words))}</p> }
    })
}

/// Says that the report holds errors.
pub(super) fn error_banner(report: &Report, title: &'static str) -> impl IntoView + use<> {
    let errors = text::count(report.error_count, "error", "errors");
    view! {
        <Banner tone=Tone::Bad title=title>
            <p>{format!("Held against the directory, the file has {errors}. Nothing was changed.")}</p>
        </Banner>
    }
}
