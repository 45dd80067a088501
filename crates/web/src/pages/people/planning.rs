//! The way of every change to users and groups: ask for the plan, show it before → after, do it with its hash. What the
//! directory became meanwhile is shown as the plan that it comes to now.

use leptos::prelude::*;
use passmuster_core::{limits::Crossed, plan::Plan};
use wasm_bindgen_futures::spawn_local;

use super::act::{Act, Done, Weighed, is_dangerous, is_weighty, outcome};
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
        edits::{Edits, edits_of},
        plan_change::kind_badge,
    },
    page::Page,
    session::Shell,
    text,
};

/// How many users a plan shows.
const SHOWN: usize = 100;

/// An act that is being looked at.
#[derive(Clone)]
struct Looked {
    act: Act,
    title: String,
    verb: String,
    weighed: Weighed,
    /// Whether the directory moved since the first look.
    moved: bool,
}

/// Plans and does one act at a time; give it to a [`PlanDialog`].
#[derive(Clone, Copy)]
pub(crate) struct Planner {
    looked: RwSignal<Option<Looked>>,
    busy: RwSignal<bool>,
    refused: RwSignal<Option<String>>,
    /// What was done last, in a sentence.
    pub(crate) said: RwSignal<Option<String>>,
    /// Errors of the last act that was not even planned, each with the key of its field.
    pub(crate) errors: RwSignal<Vec<(String, String)>>,
    on_done: Callback<Done>,
    shell: Shell,
}

impl Planner {
    /// Calls `on_done` after each act.
    pub(crate) fn new(on_done: impl Fn(Done) + Send + Sync + 'static) -> Self {
        Self {
            looked: RwSignal::new(None),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            said: RwSignal::new(None),
            errors: RwSignal::new(Vec::new()),
            on_done: Callback::new(on_done),
            shell: Shell::here(),
        }
    }

    /// Whether the server is being asked.
    pub(crate) fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Plans an act and shows the plan, whatever it is.
    pub(crate) fn look(self, act: Act, title: impl Into<String>, verb: impl Into<String>) {
        self.begin(act, title.into(), verb.into(), true);
    }

    /// Plans an act; does it at once where it does just what was asked and takes nothing away.
    pub(crate) fn save(self, act: Act, title: impl Into<String>, verb: impl Into<String>) {
        self.begin(act, title.into(), verb.into(), false);
    }

    fn begin(self, act: Act, title: String, verb: String, always: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.said.set(None);
        self.refused.set(None);
        self.errors.set(Vec::new());
        spawn_local(async move {
            let weighed = match act.plan().await {
                Ok(weighed) => weighed,
                Err(fault) => {
                    self.busy.set(false);
                    self.errors.set(vec![(String::new(), fault.message())]);
                    return;
                }
            };
            let errors = weighed.errors();
            match &weighed.plan {
                None => {
                    self.busy.set(false);
                    self.errors.set(errors);
                }
                Some(plan) if plan.is_empty() => {
                    self.busy.set(false);
                    self.tell(outcome(plan));
                }
                Some(plan) if !always && !is_weighty(plan) && weighed.warnings().is_empty() => {
                    let hash = plan.hash.clone();
                    self.carry_out(act, title, verb, &hash).await;
                }
                Some(_) => {
                    self.busy.set(false);
                    self.looked.set(Some(Looked {
                        act,
                        title,
                        verb,
                        weighed,
                        moved: false,
                    }));
                }
            }
        });
    }

    fn tell(self, what: String) {
        self.shell.say(what.clone());
        self.said.set(Some(what));
    }

    async fn carry_out(self, act: Act, title: String, verb: String, hash: &str) {
        match act.apply(hash).await {
            Ok(done) => {
                self.busy.set(false);
                self.looked.set(None);
                self.tell(outcome(&done.plan));
                self.on_done.run(done);
            }
            Err(Fault::Refused { status: 409, .. }) => {
                let again = act.plan().await;
                self.busy.set(false);
                match again {
                    Ok(weighed) => self.looked.set(Some(Looked {
                        act,
                        title,
                        verb,
                        weighed,
                        moved: true,
                    })),
                    Err(fault) => self.refuse(&fault),
                }
            }
            Err(fault) => {
                self.busy.set(false);
                self.refuse(&fault);
            }
        }
    }

    fn refuse(self, fault: &Fault) {
        if self.looked.with_untracked(Option::is_some) {
            self.refused.set(Some(fault.message()));
        } else {
            self.errors.set(vec![(String::new(), fault.message())]);
        }
    }

    fn confirm(self) {
        let Some(looked) = self.looked.get_untracked() else {
            return;
        };
        let Some(plan) = looked.weighed.plan else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move { self.carry_out(looked.act, looked.title, looked.verb, &plan.hash).await });
    }

    fn close(self) {
        self.looked.set(None);
        self.refused.set(None);
    }
}

/// Shows the plan that a planner looks at.
#[component]
pub(crate) fn PlanDialog(
    /// Whose plan.
    planner: Planner,
) -> impl IntoView {
    let open = Signal::derive(move || planner.looked.with(Option::is_some));
    let on_close = Callback::new(move |()| planner.close());
    let title = Signal::derive(move || {
        planner
            .looked
            .with(|looked| looked.as_ref().map(|looked| looked.title.clone()))
            .unwrap_or_default()
    });
    view! {
        <Dialog open=open on_close=on_close title=title>
            {move || planner.looked.get().map(|looked| dialog_body(planner, looked))}
        </Dialog>
    }
}

fn dialog_body(planner: Planner, looked: Looked) -> impl IntoView {
    let plan = looked.weighed.plan.clone();
    let warnings = looked.weighed.warnings();
    let errors = looked.weighed.errors();
    let has_plan = plan.as_ref().is_some_and(|plan| !plan.is_empty());
    // The largest number over its limit is what has to be typed: who types it has read it.
    let crossed = looked.weighed.crossed.clone();
    let wanted = crossed.iter().map(|crossed| crossed.count).max();
    let entered = RwSignal::new(String::new());
    let is_meant = Memo::new(move |_| wanted.is_none_or(|wanted| entered.get().trim() == wanted.to_string()));
    let weight = match &plan {
        Some(plan) if is_dangerous(plan) => "button danger",
        _ => "button primary",
    };
    view! {
        <div class="stack plan-dialog" data-test="plan-dialog">
            {looked
                .moved
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
                {has_plan
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class=weight
                                class:busy=planner.busy
                                aria-disabled=move || (!is_meant.get()).then_some("true")
                                data-test="confirm"
                                on:click=move |_| {
                                    if is_meant.get_untracked() {
                                        planner.confirm();
                                    }
                                }
                            >
                                {looked.verb}
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
    let groups = |groups: &[passmuster_core::plan::NewGroup], what: &str| {
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
                    <Edits edits=edits_of(change) is_new={change.kind == passmuster_core::plan::ChangeKind::Created} />
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

/// What was done last, or why it was not: stands above the place where it was asked for.
#[component]
pub(crate) fn PlannerSays(
    /// Whose words.
    planner: Planner,
    /// Errors of fields that are shown at those fields.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    move || {
        let errors: Vec<String> = planner
            .errors
            .get()
            .into_iter()
            .filter(|(field, _)| !fields.contains(&field.as_str()))
            .map(|(_, text)| text)
            .collect();
        let clear = Callback::new(move |()| planner.said.set(None));
        if !errors.is_empty() {
            let lines = errors.into_iter().map(|text| view! { <p>{text}</p> }).collect_view();
            view! { <div data-test="refused"><Banner tone=Tone::Bad title="Nothing was changed">{lines}</Banner></div> }
                .into_any()
        } else if let Some(said) = planner.said.get() {
            view! {
                <div data-test="done">
                    <Banner tone=Tone::Good title=said>
                        <Button weight=Weight::Secondary on_press=clear>"Dismiss"</Button>
                    </Banner>
                </div>
            }
            .into_any()
        } else {
            ().into_any()
        }
    }
}
