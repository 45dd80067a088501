//! How a card of the settings is saved: what it would change, that alone, with its errors above it.

use leptos::prelude::*;
use passmuster_core::wire::integration::IntegrationEdit;
use wasm_bindgen_futures::spawn_local;

use crate::{api, components::error_summary::FormError, pages::tabs::opened::Opened, session::Shell};

/// What a card would change, or why it can't be saved.
pub(super) type Wanted = Result<IntegrationEdit, Vec<FormError>>;

/// One card's way to the server.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    opened: Opened,
    shell: Shell,
    /// Whether it is being saved.
    pub(super) busy: RwSignal<bool>,
    /// What kept it from being saved.
    pub(super) errors: RwSignal<Vec<FormError>>,
    /// What the card would change, and how it forgets what was typed.
    card: RwSignal<Option<(Signal<Wanted>, Callback<()>)>>,
}

impl Saving {
    /// Of the open integration.
    pub(super) fn new(opened: Opened) -> Self {
        Self {
            opened,
            shell: Shell::here(),
            busy: RwSignal::new(false),
            errors: RwSignal::new(Vec::new()),
            card: RwSignal::new(None),
        }
    }

    /// Takes the card: what it would change, an edit of nothing when nothing was typed; and how it forgets what was typed.
    pub(super) fn take(self, wanted: Signal<Wanted>, forget: Callback<()>) {
        self.card.set(Some((wanted, forget)));
    }

    /// Whether something isn't saved.
    pub(super) fn is_changed(self) -> bool {
        self.card.get().is_some_and(|(wanted, _)| {
            wanted.with(|wanted| wanted.as_ref().map_or(true, |edit| *edit != IntegrationEdit::default()))
        })
    }

    /// Forgets what was typed.
    pub(super) fn discard(self) {
        self.errors.set(Vec::new());
        if let Some((_, forget)) = self.card.get_untracked() {
            forget.run(());
        }
    }

    /// Saves what was typed.
    pub(super) fn save(self) {
        spawn_local(self.saved());
    }

    /// Saves what was typed; done when the server has answered.
    pub(super) async fn saved(self) {
        let Some((wanted, _)) = self.card.get_untracked() else {
            return;
        };
        let edit = match wanted.get_untracked() {
            Err(errors) => return self.errors.set(errors),
            Ok(_) if self.busy.get_untracked() => return,
            Ok(edit) => edit,
        };
        self.busy.set(true);
        self.errors.set(Vec::new());
        let answer = api::edit_integration(&self.opened.id(), &edit).await;
        self.busy.try_set(false);
        match answer {
            Ok(now) => {
                self.opened.integration.try_set(now);
                self.shell.say("Settings saved");
            }
            Err(fault) => {
                self.errors.try_set(vec![(None, fault.message())]);
            }
        }
    }
}
