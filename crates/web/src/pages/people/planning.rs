//! The way of every change to users and groups: ask for the plan, show it before → after, do it with its hash. What the
//! directory became meanwhile is shown as the plan that it comes to now.
//!
//! A page has what begins an act and where its plan is shown; the way itself is fetched with the first act.

use std::sync::Arc;

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use wasm_bindgen_futures::spawn_local;

use super::{act::Act, looking};
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
    },
    parts,
    session::Shell,
};

/// What a person asked for.
pub(super) struct Asked {
    pub(super) act: Act,
    /// What is asked before it is done.
    pub(super) title: String,
    /// What the button says that does it.
    pub(super) verb: String,
    /// Whether its plan is shown whatever it is.
    pub(super) always: bool,
}

/// A plan that is being looked at.
#[derive(Clone)]
pub(super) struct Looked {
    pub(super) title: String,
    pub(super) draw: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// Plans and does one act at a time; give it to a [`PlanDialog`].
#[derive(Clone, Copy)]
pub(crate) struct Planner {
    pub(super) looked: RwSignal<Option<Looked>>,
    pub(super) busy: RwSignal<bool>,
    /// Why what is being looked at was not done.
    pub(super) refused: RwSignal<Option<String>>,
    /// What was done last, in a sentence.
    pub(crate) said: RwSignal<Option<String>>,
    /// Errors of the last act that was not even planned, each with the key of its field.
    pub(crate) errors: RwSignal<Vec<(String, String)>>,
    pub(super) on_done: Callback<Option<String>>,
    shell: Shell,
}

impl Planner {
    /// Calls `on_done` after each act, with the address, as it is now, of the one user that it was about.
    pub(crate) fn new(on_done: impl Fn(Option<String>) + Send + Sync + 'static) -> Self {
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
        let asked = Asked {
            act,
            title,
            verb,
            always,
        };
        spawn_local(async move {
            if take_up(self, asked).await.is_err() {
                self.busy.set(false);
                self.errors.set(vec![(String::new(), parts::MISSING.to_owned())]);
            }
        });
    }

    pub(super) fn tell(self, what: String) {
        self.shell.say(what.clone());
        self.said.set(Some(what));
    }

    pub(super) fn refuse(self, fault: &Fault) {
        if self.looked.with_untracked(Option::is_some) {
            self.refused.set(Some(fault.message()));
        } else {
            self.errors.set(vec![(String::new(), fault.message())]);
        }
    }

    pub(super) fn close(self) {
        self.looked.set(None);
        self.refused.set(None);
    }
}

#[wasm_split(planning, wasm_split_path = leptos::wasm_split, fallible)]
fn take_up(planner: Planner, asked: Asked) -> Result<(), SplitLoaderError> {
    looking::begin(planner, asked);
    Ok(())
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
            {move || planner.looked.get().map(|looked| (looked.draw)())}
        </Dialog>
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
