//! What would change, and the one button that does it.

use leptos::prelude::*;
use passmuster_core::{plan::Plan, problem::Report};

use super::{
    check_step::{error_banner, mended_note, remarks},
    state::{Flow, Step},
    view::StepHead,
};
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        empty_state::EmptyState,
        icon::Icon,
        plan::{PlanView, act},
        problems::Problems,
        progress::Progress,
    },
    page::{Page, Tab},
};

/// The step.
#[component]
pub(super) fn ReviewStep(flow: Flow) -> impl IntoView {
    move || {
        if flow.planning.get() {
            return view! {
                <section class="card">
                    <Progress label="Sending the file and asking what would change…" />
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

#[component]
fn Planned(flow: Flow, plan: Plan, report: Report) -> impl IntoView {
    let act = act(&plan);
    let nothing = act.is_none();
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
            />
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
            <Limits flow=flow />
            <PlanView plan=plan catalog=flow.catalog.get_untracked() />
            {remarks(&report)}
            <div class="step-foot sticky">
            {move || flow.fault.get().map(|fault| view! { <Refused flow=flow fault=fault during_apply=true /> })}
                {keep}
                <div class="actions">
                    {foot}
                    <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Back to the columns"</Button>
                </div>
            </div>
        </section>
    }
}

/// The limits that the plan crosses, and the person's word that it is wanted all the same.
#[component]
fn Limits(flow: Flow) -> impl IntoView {
    move || {
        let crossed = flow.crossed.get();
        (!crossed.is_empty()).then(|| {
            view! {
                <Banner tone=Tone::Notice title="This changes more than the integration's limits allow">
                    <ul>{crossed.into_iter().map(|crossed| view! { <li>{crossed.message}</li> }).collect_view()}</ul>
                    <label class="option">
                        <input
                            type="checkbox"
                            data-test="over-limits"
                            prop:checked=move || flow.over_limits.get()
                            on:change=move |event| flow.over_limits.set(event_target_checked(&event))
                        />
                        <span>"I have looked at the changes; load them although they cross the limits"</span>
                    </label>
                </Banner>
            }
        })
    }
}

/// Whether the directory changed since the plan was made.
fn is_conflict(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { status: 409, body } if body.errors.first().is_some_and(|error| error.id == "conflict"))
}

/// Why a request gave nothing, and what to do; the file and all choices are kept.
#[component]
fn Refused(flow: Flow, fault: Fault, during_apply: bool) -> impl IntoView {
    let id = match &fault {
        Fault::Refused { body, .. } => body.errors.first().map(|error| error.id.clone()),
        Fault::Network => None,
    };
    let upload = match &fault {
        Fault::Refused { body, .. } => body.upload_id.clone(),
        Fault::Network => None,
    };
    let (tone, title, new_plan) = match (fault.status(), id.as_deref()) {
        (Some(409), Some("conflict")) => (Tone::Notice, "The directory changed since you looked", true),
        (Some(401), _) => (Tone::Bad, "You are signed out", false),
        (None, _) if during_apply => (Tone::Bad, "It is not known whether the file was loaded", true),
        (_, _) if during_apply => (Tone::Bad, "Nothing was loaded", false),
        (_, _) => (Tone::Bad, "The plan could not be made", false),
    };
    let text = match (fault.status(), during_apply) {
        (None, true) => {
            "The connection broke. Ask for the plan again: it says nothing would change if the file was loaded."
                .to_owned()
        }
        (Some(401), _) => {
            "Sign in again in another tab, then try again here: the file and your choices stay.".to_owned()
        }
        (Some(409), true) if new_plan => {
            "Nothing was loaded. Look at the new plan; the file and your choices stay.".to_owned()
        }
        _ => fault.message(),
    };
    let again = Callback::new(move |()| {
        if during_apply && !new_plan {
            flow.apply();
        } else {
            flow.ask_for_plan();
        }
    });
    view! {
        <Banner tone=tone title=title>
            <p>{text}</p>
            <div class="actions">
                <Button on_press=again test="try-again">{if new_plan { "Show the new plan" } else { "Try again" }}</Button>
                {upload
                    .zip(flow.integration())
                    .map(|(upload, integration)| {
                        view! { <a class="button" href=Page::Upload(integration, upload).path()>"Look at the upload"</a> }
                    })}
                {(fault.status() == Some(401))
                    .then(|| view! { <a class="button" href=Page::SignIn.path() target="_blank">"Sign in"</a> })}
            </div>
        </Banner>
    }
}

/// Where the flow's uploads are listed.
pub(super) fn uploads_address(flow: Flow) -> Option<String> {
    flow.integration()
        .map(|id| Page::Integration(id, Tab::DataExplorer).path())
}
