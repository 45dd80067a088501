//! What checking found beside the rows it found it in, where they are mended.

use leptos::prelude::*;
use passmuster_core::{
    mend::listing::Show,
    problem::{Report, Severity},
    rules,
};

use super::super::{
    match_step::save_mapping,
    state::{Flow, Step},
    view::StepHead,
};
use super::{
    changes::Changes, details::Details, replace::Replace, row_form::RowForm, summary::Summary, table::PlainTable,
    toolbar::Toolbar,
};
use crate::{
    components::{
        button::{Button, Weight},
        drop_zone::DropZone,
        grid::Grid,
        icon::{Icon, icon},
        problems::{FirstProblems, Group, Problems, rule_name},
    },
    text,
};

/// All of it.
#[component]
pub(super) fn Found(flow: Flow) -> impl IntoView {
    let errors = Memo::new(move |_| {
        flow.report
            .with(|report| report.as_ref().map_or(0, |report| report.error_count))
    });
    let title = Signal::derive(move || match errors.get() {
        0 => "The file passes".to_owned(),
        errors => format!("{} to mend", text::count(errors, "error", "errors")),
    });
    let lead = move || match (errors.get(), flow.is_local()) {
        (0, true) => "An integration with this mapping would read it as it is.",
        (0, false) => "Next: see what it would change. This sends the file; nothing is stored or changed yet.",
        _ => "Uploads are all or nothing, so errors come first. Warnings and infos don't stop you.",
    };
    let columns = flow.report.with_untracked(|report| {
        report
            .as_ref()
            .map(|report| report.file.columns.clone())
            .unwrap_or_default()
    });
    let has_rows = !columns.is_empty() && flow.mending.counts.with_untracked(|counts| counts.rows > 0);
    let about = move || {
        flow.report
            .with(|report| report.as_ref().map(remarks_of).unwrap_or_default())
    };
    // What is wrong with the file as a whole stands above its rows.
    let about_file = move || {
        flow.report.with(|report| {
            let problems = report.iter().flat_map(|report| &report.problems);
            let of_file = problems.filter(|problem| problem.row.is_none() && problem.severity == Severity::Error);
            of_file.cloned().collect::<Vec<_>>()
        })
    };
    let next = move || {
        if errors.get() > 0 {
            return view! { <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button> }.into_any();
        }
        if flow.is_local() {
            view! {
                <Button on_press=Callback::new(move |()| save_mapping(flow))>"Save as a mapping file"</Button>
                <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
            }
            .into_any()
        } else {
            view! {
                <Button
                    weight=Weight::Primary
                    busy=flow.mending.again
                    on_press=Callback::new(move |()| flow.ask_for_plan())
                    test="show-plan"
                >
                    "Show what would change"
                    {icon(Icon::Arrow)}
                </Button>
                <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
            }
            .into_any()
        }
    };
    view! {
        <section class="stack">
            <StepHead title=title lead=Signal::derive(move || lead().to_owned())>{next}</StepHead>
            {has_rows.then(|| view! { <Summary flow=flow /> })}
            {move || {
                let words = about();
                (!words.is_empty()).then(|| view! { <p class="hint">{words}</p> })
            }}
            {move || {
                let problems = about_file();
                (has_rows && !problems.is_empty()).then(|| view! { <div class="card"><FirstProblems problems=problems /></div> })
            }}
            {has_rows.then(|| view! { <Bench flow=flow columns=columns.clone() /> })}
            {(!has_rows)
                .then(|| flow.report.get_untracked().map(|report| view! { <Problems report=report /> }))}
            <Changes flow=flow />
            {move || (errors.get() > 0).then(|| view! { <Otherwise flow=flow /> })}
        </section>
    }
}

/// Blank and repeated rows, and what is capped.
fn remarks_of(report: &Report) -> String {
    let (blank, repeated) = (report.blank_rows, report.collapsed_rows);
    let mut words = Vec::new();
    if blank > 0 {
        words.push(text::count(blank, "blank row was skipped", "blank rows were skipped"));
    }
    if repeated > 0 {
        words.push(text::count(
            repeated,
            "repeated row was taken once",
            "repeated rows were taken once",
        ));
    }
    if words.is_empty() {
        String::new()
    } else {
        format!("{}.", text::list(&words))
    }
}

/// The problems beside the rows.
#[component]
fn Bench(flow: Flow, columns: Vec<String>) -> impl IntoView {
    let mending = flow.mending;
    let plain = RwSignal::new(false);
    let (in_grid, in_table) = (StoredValue::new(columns.clone()), columns.clone());
    let in_table = StoredValue::new(in_table);
    let rows = move || {
        if plain.get() {
            view! { <PlainTable flow=flow columns=in_table.get_value() key=flow.key_column() /> }.into_any()
        } else {
            view! {
                <Grid
                    label="Rows of the file"
                    columns=in_grid.get_value()
                    key=flow.key_column()
                    pages=flow.rows
                    on_need=Callback::new(move |page| flow.ask_for_rows(page))
                    active=mending.active
                    goto=mending.goto
                    on_act=Callback::new(move |act| flow.act(act))
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="mend-bench" data-test="bench">
            <Groups flow=flow />
            <div class="mend-rows">
                <Toolbar flow=flow plain=plain />
                {rows}
                <Details flow=flow />
            </div>
        </div>
        <Replace flow=flow columns=columns.clone() />
        <RowForm flow=flow columns=columns />
    }
}

/// The kinds of problems, each of which shows its rows.
#[component]
fn Groups(flow: Flow) -> impl IntoView {
    let mending = flow.mending;
    let groups = Memo::new(move |_| {
        flow.report
            .with(|report| report.as_ref().map(|report| report.summary.clone()).unwrap_or_default())
    });
    // A kind that is about the file as a whole has no rows to show.
    let of_file = RwSignal::new(None::<u32>);
    let explain = move || {
        let group = match (of_file.get(), mending.show.get()) {
            (Some(group), _) | (None, Show::Group(group)) => group as usize,
            _ => return None,
        };
        let tally = groups.with(|groups| groups.get(group).cloned())?;
        let rule = rules::find(&tally.rule)?;
        let words = flow.report.with(|report| {
            let problems = report.iter().flat_map(|report| &report.problems);
            let mine = problems.filter(|problem| {
                problem.row.is_none() && problem.rule == tally.rule && problem.column == tally.column
            });
            mine.map(|problem| view! { <p>{problem.message.clone()}</p> })
                .collect_view()
        });
        Some(view! {
            <div class="explain stack-small">
                {words}
                <p><strong>{rule_name(rule.id)}</strong> ". " {rule.explain}</p>
            </div>
        })
    };
    move || {
        let tallies = groups.get().into_iter().enumerate();
        let groups: Vec<_> = tallies
            .map(|(index, tally)| {
                let index = index as u32;
                let show = Show::Group(index);
                let has_rows = tally.first_row.is_some();
                view! {
                    <Group
                        tally=tally
                        pressed=Signal::derive(move || match of_file.get() {
                            Some(group) => group == index,
                            None => mending.show.get() == show,
                        })
                        on_press=move |()| {
                            if !has_rows {
                                of_file.update(|of_file| *of_file = (*of_file != Some(index)).then_some(index));
                                return;
                            }
                            of_file.set(None);
                            let is_shown = mending.show.get_untracked() == show;
                            flow.show(if is_shown { Show::All } else { show });
                        }
                    />
                }
            })
            .collect();
        (!groups.is_empty()).then(|| {
            view! {
                <div class="problem-groups mend-groups" data-test="problems">
                    <p class="strong" id="problem-groups">"Kinds of problems"</p>
                    <ul aria-labelledby="problem-groups">{groups}</ul>
                    {explain}
                </div>
            }
        })
    }
}

/// What else can be done about errors than to write other cells.
#[component]
fn Otherwise(flow: Flow) -> impl IntoView {
    view! {
        <div class="two mend">
            <div class="card stack-small">
                <h3>"Is a column not what it seems?"</h3>
                <p class="hint">"Leave it out, choose another field, or give its values a meaning: the file stays as it is."</p>
                <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
            </div>
            <div class="card stack-small">
                <h3>"Is the file wrong where it comes from?"</h3>
                <DropZone
                    takes="Mend it there, save it, and drop it here. Your columns and rules stay."
                    on_file=move |file| flow.open(file)
                />
            </div>
        </div>
    }
}
