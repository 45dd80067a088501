//! What a person decides about an upload: to allow or reject one that a limit holds, to undo one that was applied.
//!
//! Each shows first what it would do, and does exactly that or nothing.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    limits::Crossed,
    permission::Permission,
    plan::Plan,
    undo::Left,
    wire::{directory::Catalog, integration::UndoAnswer},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, Answer, Fault},
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        confirm::Confirm,
        loaded::Loaded,
        plan::{self, PlanView},
    },
    text,
};

/// Things left as they are that are listed.
const LISTED: usize = 50;

/// What the workspace calls its targets; plain names when that can't be asked.
async fn names() -> Catalog {
    api::catalog().await.unwrap_or_default()
}

/// What a person may answer.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// Apply exactly the plan of this hash.
    Allow(String),
    Reject,
}

/// An upload that waits for a person.
#[component]
pub(super) fn HeldUpload(
    /// The upload.
    id: String,
    /// The limits that it crosses.
    crossed: Vec<Crossed>,
    /// Whether the person may decide.
    may_edit: bool,
    /// Called when it was allowed or rejected.
    on_end: Callback<()>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let planned = api::Resource::new(move || async move {
        let plan = api::held_plan(&id.get_value()).await?;
        Ok::<_, Fault>((plan, names().await))
    });
    let (busy, fault) = (RwSignal::new(false), RwSignal::new(None::<Fault>));
    let asked = RwSignal::new(None::<Word>);
    // The largest number over its limit is what has to be typed: who types it has read it.
    let most = crossed.iter().map(|crossed| crossed.count).max().unwrap_or_default();
    let act = RwSignal::new(None::<String>);
    let decide = Callback::new(move |()| {
        let Some(word) = asked.get_untracked() else { return };
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = match word {
                Word::Allow(hash) => api::allow(&id.get_value(), &hash).await.map(drop),
                Word::Reject => api::reject(&id.get_value()).await.map(drop),
            };
            busy.try_set(false);
            asked.try_set(None);
            match answer {
                Ok(()) => on_end.run(()),
                Err(refused) => {
                    fault.try_set(Some(refused));
                    planned.refetch();
                }
            }
        });
    });
    let cancel = Callback::new(move |()| asked.set(None));
    view! {
        <section class="stack" data-test="held">
            <Banner tone=Tone::Notice title="Waiting for approval: nothing of this upload was applied, because it crosses a limit">
                <ul>{crossed.into_iter().map(|crossed| view! { <li>{crossed.message}</li> }).collect_view()}</ul>
            </Banner>
            {move || fault.get().map(|fault| view! { <Refused fault=fault /> })}
            <Loaded
                resource=planned
                what="what it would change"
                draw=move |(answer, catalog)| {
                    let allowed = answer.plan.as_ref().map(|plan| plan.hash.clone());
                    act.set(answer.plan.as_ref().and_then(plan::act));
                    let foot = may_edit
                        .then(|| {
                            view! {
                                <div class="step-foot sticky"><div class="actions">
                                    {allowed
                                        .map(|hash| {
                                            let allow = Callback::new(move |()| asked.set(Some(Word::Allow(hash.clone()))));
                                            view! {
                                                <Button weight=Weight::Primary on_press=allow test="allow">"Allow…"</Button>
                                            }
                                        })}
                                    <Button on_press=Callback::new(move |()| asked.set(Some(Word::Reject))) test="reject">
                                        "Reject…"
                                    </Button>
                                </div></div>
                            }
                        });
                    let missing = (!may_edit)
                        .then(|| {
                            let words = format!(
                                "Whoever has \u{201c}{}\u{201d} can allow or reject it.",
                                Permission::IntegrationsEdit,
                            );
                            view! { <p class="hint">{words}</p> }
                        });
                    view! {
                        {answer.plan.map(|plan| view! { <PlanView plan=plan catalog=catalog /> })}
                        {foot}
                        {missing}
                    }
                }
            />
        </section>
        <Confirm
            open=Signal::derive(move || matches!(asked.get(), Some(Word::Allow(_))))
            on_cancel=cancel
            on_confirm=decide
            title=Signal::derive(move || format!("{}?", act.get().unwrap_or_else(|| "Apply these changes".to_owned())))
            verb=Signal::derive(move || act.get().unwrap_or_else(|| "Apply these changes".to_owned()))
            busy=busy
            typed=Signal::derive(move || most.to_string())
            test="allow-now"
        >
            <p>"The upload is over a limit. It is applied whole, exactly as shown, or not at all. It can be undone afterwards."</p>
        </Confirm>
        <Confirm
            open=Signal::derive(move || matches!(asked.get(), Some(Word::Reject)))
            on_cancel=cancel
            on_confirm=decide
            title="Reject this upload?"
            verb="Reject upload"
            busy=busy
            test="reject-now"
        >
            <p>"Nothing of it is applied. It stays in the Data Explorer as rejected, and can be sent again."</p>
        </Confirm>
    }
}

/// An upload that was applied.
#[component]
pub(super) fn UndoUpload(
    /// The upload.
    id: String,
    /// Called when it was undone.
    on_end: Callback<()>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let (busy, shown) = (RwSignal::new(false), RwSignal::new(None::<(UndoAnswer, Catalog)>));
    let fault = RwSignal::new(None::<Fault>);
    let look = Callback::new(move |()| {
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer: Answer<UndoAnswer> = api::undo_plan(&id.get_value()).await;
            let catalog = names().await;
            busy.set(false);
            match answer {
                Ok(answer) => shown.set(Some((answer, catalog))),
                Err(refused) => fault.set(Some(refused)),
            }
        });
    });
    let undo = move |hash: String| {
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = api::undo(&id.get_value(), &hash).await;
            busy.set(false);
            match answer {
                Ok(_) => on_end.run(()),
                Err(refused) => fault.set(Some(refused)),
            }
        });
    };
    view! {
        <section class="stack undo">
            {move || fault.get().map(|fault| view! { <Refused fault=fault /> })}
            {move || match shown.get() {
                None => {
                    view! {
                        <div class="actions">
                            <Button busy=busy on_press=look test="undo">"Undo…"</Button>
                        </div>
                    }
                        .into_any()
                }
                Some((answer, catalog)) => view! { <Undoing answer=answer catalog=catalog busy=busy undo=undo shown=shown /> }
                    .into_any(),
            }}
        </section>
    }
}

/// The three parts of an undo, and the button that does it.
#[component]
fn Undoing(
    answer: UndoAnswer,
    catalog: Catalog,
    #[prop(into)] busy: Signal<bool>,
    undo: impl Fn(String) + Copy + Send + Sync + 'static,
    shown: RwSignal<Option<(UndoAnswer, Catalog)>>,
) -> impl IntoView {
    let Plan { hash, .. } = &answer.plan;
    let hash = hash.clone();
    let nothing = answer.plan.is_empty();
    let undo = Callback::new(move |()| undo(hash.clone()));
    let tile = |count: u64, name: &'static str| {
        view! {
            <li class="tile" class:zero=count == 0>
                <span class="tile-count">{text::number(count)}</span>
                <span class="tile-name">{name}</span>
            </li>
        }
    };
    view! {
        <h2>"Undo this upload"</h2>
        <ul class="tiles" aria-label="What undoing does">
            {tile(answer.plan.changes_total, "People put back")}
            {tile(answer.kept_count, "Kept: changed since")}
            {tile(answer.cannot_count, "Can't be put back")}
        </ul>
        <h3>"Put back"</h3>
        {if nothing {
            view! { <p class="hint">"There is nothing to put back."</p> }.into_any()
        } else {
            view! { <PlanView plan=answer.plan catalog=catalog /> }.into_any()
        }}
        <Leftovers title="Kept, because it was changed since" count=answer.kept_count items=answer.kept />
        <Leftovers title="Can't be put back" count=answer.cannot_count items=answer.cannot />
        <div class="step-foot sticky"><div class="actions">
            <Button weight=Weight::Primary busy=busy on_press=undo test="undo-now">
                {if nothing { "Mark as undone" } else { "Undo: put this back" }}
            </Button>
            <Button busy=busy on_press=Callback::new(move |()| shown.set(None))>"Leave it"</Button>
        </div></div>
    }
}

/// What an undo leaves as it is.
#[component]
fn Leftovers(title: &'static str, count: u64, items: Vec<Left>) -> impl IntoView {
    let more = count.saturating_sub(items.len().min(LISTED) as u64);
    let line = |left: Left| {
        let group = left.group.map(|group| format!("{} ({})", group.name, group.group_type));
        let whom = left.email.or(group).unwrap_or_default();
        let field = left.field.as_ref().map(Target::label);
        view! {
            <li>
                <span class="cell-text">{whom}</span>
                {field.map(|field| format!(", {field}"))}
                ": "
                {left.why}
            </li>
        }
    };
    (count > 0).then(|| {
        view! {
            <h3>{format!("{title} ({})", text::number(count))}</h3>
            <ul>{items.into_iter().take(LISTED).map(line).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="hint">{format!("and {} more.", text::number(more))}</p> })}
        }
    })
}

#[component]
fn Refused(fault: Fault) -> impl IntoView {
    view! {
        <Banner tone=Tone::Bad title="Nothing was changed">
            <p>{fault.message()}</p>
        </Banner>
    }
}
