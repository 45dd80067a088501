//! What begins with an act: its plan is fetched and shown, and then done with its hash.

use std::sync::Arc;

use leptos::prelude::*;
use passmuster_core::{
    limits::Crossed,
    plan::{ChangeKind, NewGroup, Plan},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    act::{Weighed, is_dangerous, is_weighty, outcome},
    planning::{Asked, Looked, Planner},
};
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        edits::{Edits, edits_of},
        plan_change::kind_badge,
    },
    page::Page,
    text,
};

/// How many users a plan shows.
const SHOWN: usize = 100;

/// Plans what was asked for; the planner is busy meanwhile.
pub(super) fn begin(planner: Planner, asked: Asked) {
    spawn_local(async move {
        let weighed = match asked.act.plan().await {
            Ok(weighed) => weighed,
            Err(fault) => {
                planner.busy.set(false);
                planner.errors.set(vec![(String::new(), fault.message())]);
                return;
            }
        };
        match &weighed.plan {
            None => {
                planner.busy.set(false);
                planner.errors.set(weighed.errors());
            }
            Some(plan) if plan.is_empty() => {
                planner.busy.set(false);
                planner.tell(outcome(plan));
            }
            Some(plan) if !asked.always && !is_weighty(plan) && weighed.warnings().is_empty() => {
                let hash = plan.hash.clone();
                carry_out(planner, Arc::new(asked), &hash).await;
            }
            Some(_) => {
                planner.busy.set(false);
                show(planner, Arc::new(asked), weighed, false);
            }
        }
    });
}

/// `moved`: whether the directory did since the first look.
fn show(planner: Planner, asked: Arc<Asked>, weighed: Weighed, moved: bool) {
    planner.looked.set(Some(Looked {
        title: asked.title.clone(),
        draw: Arc::new(move || dialog_body(planner, &asked, weighed.clone(), moved).into_any()),
    }));
}

async fn carry_out(planner: Planner, asked: Arc<Asked>, hash: &str) {
    match asked.act.apply(hash).await {
        Ok(done) => {
            planner.busy.set(false);
            planner.looked.set(None);
            planner.tell(outcome(&done.plan));
            planner.on_done.run(done.email);
        }
        Err(Fault::Refused { status: 409, .. }) => {
            let again = asked.act.plan().await;
            planner.busy.set(false);
            match again {
                Ok(weighed) => show(planner, asked, weighed, true),
                Err(fault) => planner.refuse(&fault),
            }
        }
        Err(fault) => {
            planner.busy.set(false);
            planner.refuse(&fault);
        }
    }
}

fn confirm(planner: Planner, asked: Arc<Asked>, hash: String) {
    if planner.busy.get_untracked() {
        return;
    }
    planner.busy.set(true);
    planner.refused.set(None);
    spawn_local(async move { carry_out(planner, asked, &hash).await });
}

fn dialog_body(planner: Planner, asked: &Arc<Asked>, weighed: Weighed, moved: bool) -> impl IntoView + use<> {
    let warnings = weighed.warnings();
    let errors = weighed.errors();
    let Weighed { plan, crossed, .. } = weighed;
    let hash = plan
        .as_ref()
        .filter(|plan| !plan.is_empty())
        .map(|plan| plan.hash.clone());
    // The largest number over its limit is what has to be typed: who types it has read it.
    let wanted = crossed.iter().map(|crossed| crossed.count).max();
    let entered = RwSignal::new(String::new());
    let is_meant = Memo::new(move |_| wanted.is_none_or(|wanted| entered.get().trim() == wanted.to_string()));
    let weight = match &plan {
        Some(plan) if is_dangerous(plan) => "button danger",
        _ => "button primary",
    };
    view! {
        <div class="stack plan-dialog" data-test="plan-dialog">
            {moved
                .then(|| {
                    view! {
                        <Banner tone=Tone::Notice title="Somebody changed this meanwhile; nothing was done">
                            <p>"Below is what it comes to now. Look at it again."</p>
                        </Banner>
                    }
                })}
            {(!errors.is_empty())
                .then(|| {
                    let lines = errors.into_iter().map(|(_, text)| view! { <li>{text}</li> }).collect_view();
                    view! { <Banner tone=Tone::Bad title="It can\u{2019}t be done"><ul>{lines}</ul></Banner> }
                })}
            {(!warnings.is_empty())
                .then(|| {
                    let lines = warnings.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
                    view! { <Banner tone=Tone::Notice title="Worth knowing"><ul>{lines}</ul></Banner> }
                })}
            {plan.map(plan_lines)}
            {wanted.map(|wanted| over_limit(crossed, wanted, entered))}
            {move || planner.refused.get().map(|text| view! { <Banner tone=Tone::Bad title="Nothing was done"><p>{text}</p></Banner> })}
            <div class="actions dialog-foot">
                <button type="button" class="button" autofocus data-test="cancel" on:click=move |_| planner.close()>
                    "Cancel"
                </button>
                {hash
                    .map(|hash| {
                        let (asked, verb) = (asked.clone(), asked.verb.clone());
                        view! {
                            <button
                                type="button"
                                class=weight
                                class:busy=planner.busy
                                aria-disabled=move || (!is_meant.get()).then_some("true")
                                data-test="confirm"
                                on:click=move |_| {
                                    if is_meant.get_untracked() {
                                        confirm(planner, asked.clone(), hash.clone());
                                    }
                                }
                            >
                                {verb}
                            </button>
                        }
                    })}
            </div>
        </div>
    }
}

/// Says that an upload would be held for this, and has the number typed that makes it so.
fn over_limit(crossed: Vec<Crossed>, wanted: u64, entered: RwSignal<String>) -> impl IntoView {
    let lines = crossed
        .into_iter()
        .map(|crossed| view! { <p>{crossed.message}</p> })
        .collect_view();
    view! {
        <Banner tone=Tone::Notice title="An upload that does as much would wait for a person">{lines}</Banner>
        <div class="field">
            <label for="over-limit">"To go on, type " <strong>{wanted.to_string()}</strong></label>
            <input
                id="over-limit"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                prop:value=entered
                on:input=move |event| entered.set(event_target_value(&event))
            />
        </div>
    }
}

/// Groups and people of a plan, each person's values before → after.
fn plan_lines(plan: Plan) -> impl IntoView {
    let groups = |groups: &[NewGroup], what: &str| {
        (!groups.is_empty()).then(|| {
            let names = groups
                .iter()
                .map(|group| view! { <li class="chip">{format!("{}: {}", group.group_type, group.name)}</li> })
                .collect_view();
            let title = format!("{} will be {what}", text::count(groups.len() as u64, "group", "groups"));
            view! { <div class="stack-small"><h3>{title}</h3><ul class="chips">{names}</ul></div> }
        })
    };
    let total = plan.changes_total;
    let shown = plan.changes.len().min(SHOWN) as u64;
    let rows = plan
        .changes
        .iter()
        .take(SHOWN)
        .map(|change| {
            let address = Page::User(change.email.clone()).path();
            view! {
                <li class="plan-line">
                    <div class="plan-who">
                        <a href=address class="cell-text">{change.email.clone()}</a>
                        {kind_badge(change.kind)}
                    </div>
                    <Edits edits=edits_of(change) is_new={change.kind == ChangeKind::Created} />
                </li>
            }
        })
        .collect_view();
    let title = if shown < total {
        format!(
            "First {} of {}",
            text::number(shown),
            text::count(total, "person", "people")
        )
    } else {
        text::count(total, "person", "people")
    };
    view! {
        {groups(&plan.groups_created, "created")}
        {groups(&plan.groups_removed, "removed")}
        {(total > 0)
            .then(|| view! { <div class="stack-small"><h3>{title}</h3><ul class="plan-lines">{rows}</ul></div> })}
    }
}
