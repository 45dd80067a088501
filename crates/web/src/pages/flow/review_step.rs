//! What would change, and the one button that does it.

use leptos::prelude::*;
use passmuster_core::{
    mend::as_seen,
    plan::{NewGroup, Plan, listing},
    problem::Report,
};
use wasm_bindgen_futures::spawn_local;

use super::{
    check_step::{error_banner, mended_note, remarks},
    download::save_text,
    limits::Limits,
    refused::{Refused, is_conflict},
    state::{Flow, Step},
    view::StepHead,
};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        empty_state::EmptyState,
        icon::Icon,
        match_table::label,
        plan::{PlanView, act},
        problems::Problems,
        progress::Progress,
    },
    page::{Page, Tab},
    session::Shell,
    text,
};

/// The step.
#[component]
pub(super) fn ReviewStep(flow: Flow) -> impl IntoView {
    move || {
        if flow.planning.get() {
            return view! {
                <section class="card">
                    <Sending flow=flow />
                </section>
            }
            .into_any();
        }
        match (flow.plan.get(), flow.plan_report.get()) {
            (Some(plan), Some(report)) => view! { <Planned flow=flow plan=plan report=report /> }.into_any(),
            (None, Some(report)) => view! {
                <section class="stack">
                    <StepHead title="The directory disagrees" />
                    {error_banner(&report, "There is no plan yet")}
                    <Problems report=report />
                    <div class="step-foot">
                        <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                    </div>
                </section>
            }
            .into_any(),
            (_, None) => view! {
                <section class="stack">
                    <StepHead title="No plan yet" />
                    {move || flow.fault.get().map(|fault| view! { <Refused flow=flow fault=fault during_apply=false /> })}
                    <div class="step-foot">
                        <Button on_press=Callback::new(move |()| flow.step.set(Step::Check))>"Back to the check"</Button>
                    </div>
                </section>
            }
            .into_any(),
        }
    }
}

/// How much of the file is sent; once all is, the server works on it.
#[component]
fn Sending(flow: Flow) -> impl IntoView {
    let on_its_way = Memo::new(move |_| flow.sent.get().filter(|(sent, all)| sent < all));
    let label = Memo::new(move |_| match on_its_way.get() {
        Some((sent, all)) => format!("Sending {} of {}", text::bytes(sent), text::bytes(all)),
        None => "Sending the file and asking what would change…".to_owned(),
    });
    view! { <Progress label=label done=on_its_way on_cancel=Callback::new(move |()| flow.stop_sending()) /> }
}

/// How far loading has come: as long as the file is being sent it can be stopped, and then it goes on whoever looks.
#[component]
fn Applying(flow: Flow) -> impl IntoView {
    let on_its_way = Memo::new(move |_| flow.sent.get().filter(|(sent, all)| sent < all));
    let label = Memo::new(move |_| match on_its_way.get() {
        Some((sent, all)) => format!("Sending {} of {}", text::bytes(sent), text::bytes(all)),
        None => "Sending the file…".to_owned(),
    });
    let uploads = uploads_address(flow);
    let goes_on = Memo::new(move |_| flow.goes_on());
    move || {
        if !flow.applying.get() {
            return ().into_any();
        }
        if goes_on.get() {
            let leave = uploads.clone().map(|address| {
                view! { <a class="button" href=address data-test="leave-it">"Leave — it goes on"</a> }
            });
            return view! {
                <div class="applying">
                    <p class="hint" role="status">"All is sent; the changes are being made, whole or not at all."</p>
                    {leave}
                </div>
            }
            .into_any();
        }
        view! { <Progress label=label done=on_its_way on_cancel=Callback::new(move |()| flow.stop_sending()) /> }
            .into_any()
    }
}

#[component]
fn Planned(flow: Flow, plan: Plan, report: Report) -> impl IntoView {
    let act = act(&plan);
    let notes = as_seen::managers_kept(&report);
    let nothing = act.is_none();
    let sandbox = flow
        .about
        .with_untracked(|about| about.as_ref().is_some_and(|about| about.sandbox));
    let differs = untrack(move || flow.differs());
    let keep = differs.then(|| {
        view! {
            <label class="option">
                <input
                    type="checkbox"
                    data-test="keep-columns"
                    prop:checked=move || flow.keep_columns.get()
                    on:change=move |event| flow.keep_columns.set(event_target_checked(&event))
                />
                <span>
                    <strong>"Save these columns as the integration's mapping"</strong>
                    <span class="hint">"The next file, and every upload by token, is then read the same way."</span>
                </span>
            </label>
        }
    });
    // A plan that the directory has left behind can't be applied: the banner offers the new one instead.
    let stale = move || flow.fault.with(|fault| fault.as_ref().is_some_and(is_conflict));
    let waits = Signal::derive(move || flow.crossed.with(|crossed| !crossed.is_empty()) && !flow.over_limits.get());
    let foot = move || {
        act.clone().filter(|_| !stale()).map(|act| {
            view! {
                <Button
                    weight=Weight::Primary
                    busy=flow.applying
                    disabled=waits
                    on_press=Callback::new(move |()| flow.apply())
                    test="apply"
                >
                    {act}
                </Button>
            }
        })
    };
    view! {
        <section class="stack">
            <StepHead
                title="Review changes"
                lead="This is all that would change. It is loaded whole or not at all."
            >
                <DownloadPlan flow=flow />
            </StepHead>
            {sandbox
                .then(|| {
                    view! {
                        <Banner tone=Tone::Notice title="Sandbox mode is on for this integration">
                            <p>
                                "The upload is marked sandbox, and it still creates and changes users. To change nothing, stop here: nothing is stored before you press the button below."
                            </p>
                        </Banner>
                    }
                })}
            {mended_note(flow)}
            {nothing
                .then(|| {
                    view! {
                        <EmptyState
                            with=Icon::Done
                            title="Nothing would change"
                            text="The directory already says what this file says."
                        />
                    }
                })}
            {move || {
                flow.fault
                    .get()
                    .filter(is_conflict)
                    .map(|fault| view! { <Refused flow=flow fault=fault during_apply=true /> })
            }}
            <div class="stack" hidden=stale>
            <Limits flow=flow />
            <PlanView
                plan=plan
                catalog=flow.catalog.get_untracked()
                members=flow.members.get_untracked()
                notes=notes
                on_use_existing=Callback::new(move |(group, existing): (NewGroup, String)| {
                    flow.use_existing(&group, &existing);
                })
            />
            {remarks(&report)}
            </div>
            <div class="step-foot" class:sticky=move || !stale()>
            {move || flow.fault.get().filter(|fault| !is_conflict(fault)).map(|fault| view! { <Refused flow=flow fault=fault during_apply=true /> })}
                {keep}
                <Applying flow=flow />
                <div class="actions">
                    {foot}
                    <Button disabled=flow.applying on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                </div>
            </div>
        </section>
    }
}

/// Hands the plan to the person as a file, with all of its changes.
#[component]
fn DownloadPlan(flow: Flow) -> impl IntoView {
    let shell = Shell::here();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let save = move |as_json: bool| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let plan = flow.whole_plan().await;
            busy.set(false);
            match plan {
                Ok(Some(plan)) => {
                    if as_json {
                        let text = serde_json::to_string_pretty(&plan).unwrap_or_default();
                        save_text("plan.json", "application/json", &text);
                    } else {
                        let catalog = flow.catalog.get_untracked();
                        let table = listing::to_csv(&plan, &|target| label(target, &catalog));
                        save_text("plan.csv", "text/csv", &table);
                    }
                    shell.say(format!(
                        "The plan is saved: {}",
                        text::count(plan.changes_total, "person", "people")
                    ));
                }
                Ok(None) => failed.set(Some(
                    "The directory changed since you looked, so the plan is another one now. Ask for it again."
                        .to_owned(),
                )),
                Err(fault) => failed.set(Some(fault.message())),
            }
        });
    };
    view! {
        <Button busy=busy on_press=Callback::new(move |()| save(false)) test="plan-csv">"Download plan (CSV)"</Button>
        <Button busy=busy on_press=Callback::new(move |()| save(true)) test="plan-json">"Download plan (JSON)"</Button>
        {move || failed.get().map(|reason| view! { <p class="field-error" role="alert">{reason}</p> })}
    }
}

/// Where the flow's uploads are listed.
pub(super) fn uploads_address(flow: Flow) -> Option<String> {
    flow.integration()
        .map(|id| Page::Integration(id, Tab::DataExplorer).path())
}
