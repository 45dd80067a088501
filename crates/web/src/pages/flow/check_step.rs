//! What checking found, before anything is sent.

use leptos::prelude::*;
use passmuster_core::problem::{Column, Problem, Report, Severity, Tally};

use super::{
    match_step::save_mapping,
    state::{Flow, Step},
    view::StepHead,
};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        drop_zone::DropZone,
        grid::{Grid, Mark},
        icon::{Icon, icon},
        problems::{FirstProblems, Problems},
        progress::Progress,
    },
    text,
};

/// The step.
#[component]
pub(super) fn CheckStep(flow: Flow) -> impl IntoView {
    move || match flow.report.get() {
        Some(report) => view! { <Found flow=flow report=report /> }.into_any(),
        None => {
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

#[component]
fn Found(flow: Flow, report: Report) -> impl IntoView {
    let errors = report.error_count;
    let title = if errors == 0 {
        "The file passes".to_owned()
    } else {
        format!("{} to mend", text::count(errors, "error", "errors"))
    };
    let lead = match (errors, flow.is_local()) {
        (0, true) => "An integration with this mapping would read it as it is.",
        (0, false) => "Next: see what it would change. This sends the file; nothing is stored or changed yet.",
        _ => "Uploads are all or nothing, so errors come first. Warnings and infos don't stop you.",
    };
    let tile = |name: &'static str, count: u64, tone: Tone, sign: Icon| {
        let tone = if count == 0 { Tone::Neutral } else { tone };
        view! {
            <li class=format!("tile {}", tone.class()) class:zero=count == 0>
                <span class="tile-count">{icon(sign)}{text::number(count)}</span>
                <span class="tile-name">{name}</span>
            </li>
        }
    };
    let skipped = [
        (
            report.blank_rows,
            text::count(report.blank_rows, "blank row was skipped", "blank rows were skipped"),
        ),
        (
            report.collapsed_rows,
            text::count(
                report.collapsed_rows,
                "repeated row was taken once",
                "repeated rows were taken once",
            ),
        ),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(_, words)| words)
    .collect::<Vec<_>>();
    let capped = report.problems_capped.then(|| {
        format!(
            "Of each severity the first {} problems are listed; all are counted.",
            text::number(report.problem_limit)
        )
    });
    view! {
        <section class="stack">
            <StepHead title=title lead=lead.to_owned()>
                {(errors > 0)
                    .then(|| {
                        view! {
                            <Button weight=Weight::Primary on_press=Callback::new(move |()| flow.go(Step::Match))>
                                "Back to the columns"
                            </Button>
                        }
                    })}
            </StepHead>
            <ul class="tiles" aria-label="What was found">
                {tile("Rows", report.records, Tone::Accent, Icon::File)}
                {tile("Errors", errors, Tone::Bad, Icon::Error)}
                {tile("Warnings", report.warning_count, Tone::Notice, Icon::Warning)}
                {tile("Infos", report.info_count, Tone::Accent, Icon::Info)}
            </ul>
            {(!skipped.is_empty()).then(|| view! { <p class="hint">{format!("{}.", text::list(&skipped))}</p> })}
            {(errors == 0)
                .then(|| {
                    view! {
                        <div class="step-foot">
                            {if flow.is_local() {
                                view! {
                                    <Button on_press=Callback::new(move |()| save_mapping(flow))>"Save as a mapping file"</Button>
                                    <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <Button
                                        weight=Weight::Primary
                                        on_press=Callback::new(move |()| flow.ask_for_plan())
                                        test="show-plan"
                                    >
                                        "Show what would change"
                                        {icon(Icon::Arrow)}
                                    </Button>
                                    <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                                }
                                    .into_any()
                            }}
                        </div>
                    }
                })}
            {capped.map(|words| view! { <p class="hint" role="status">{words}</p> })}
            <Rows flow=flow report=&report />
            <Problems report=report />
            {(errors > 0)
                .then(|| {
                    view! {
                        <div class="two mend">
                            <div class="card stack-small">
                                <h3>"Is a value only named differently?"</h3>
                                <p class="hint">
                                    "Give it a meaning, leave a column out, or choose another field: the file stays as it is."
                                </p>
                                <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                            </div>
                            <div class="card stack-small">
                                <h3>"Is the file wrong?"</h3>
                                <DropZone
                                    takes="Mend it where it comes from, save it, and drop it here."
                                    on_file=move |file| flow.open(file)
                                />
                            </div>
                        </div>
                    }
                })}
        </section>
    }
}

/// The rows of the file, when a person wants to see them.
#[component]
fn Rows<'r>(flow: Flow, report: &'r Report) -> impl IntoView + use<> {
    let (rows, columns) = (report.records, report.file.columns.clone());
    let marks: Vec<Mark> = report
        .problems
        .iter()
        .filter_map(|problem| {
            let name = match problem.column.as_ref()? {
                Column::Name(name) => name,
                Column::Character(_) => return None,
            };
            let column = columns.iter().position(|column| column == name)?;
            Some((problem.row?, column, problem.severity, problem.message.clone()))
        })
        .collect();
    let open = RwSignal::new(false);
    (rows > 0 && !columns.is_empty()).then(|| {
        view! {
            <div class="stack-small">
                <div class="actions">
                    <Button on_press=Callback::new(move |()| open.update(|open| *open = !*open)) test="show-rows">
                        {move || if open.get() { "Hide the rows of the file" } else { "Show the rows of the file" }}
                    </Button>
                </div>
                {move || open.get().then(|| view! {
                    <Grid
                        label="Rows of the file"
                        columns=columns.clone()
                        rows=rows
                        pages=flow.rows
                        on_need=Callback::new(move |page| flow.ask_for_rows(page))
                        marks=marks.clone()
                    />
                })}
            </div>
        }
    })
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
        let words = format!(
            "{} and {}",
            text::count(report.warning_count, "warning", "warnings"),
            text::count(report.info_count, "info", "infos")
        );
        let report = report.clone();
        view! {
            <details class="new-groups">
                <summary>{icon(Icon::Chevron)} {words}</summary>
                <Problems report=report />
            </details>
        }
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
