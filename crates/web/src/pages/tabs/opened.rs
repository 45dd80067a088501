//! The integration that is open: what one of its tabs saves, the others and the head show at once.

use leptos::prelude::*;
use passmuster_core::wire::{directory::Catalog, integration::Integration};
use wasm_bindgen_futures::spawn_local;

use crate::api;

/// The integration, what its workspace has defined, and whether the person may change them.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    /// As the server told last.
    pub(crate) integration: RwSignal<Integration>,
    /// What its mapping may name.
    pub(crate) catalog: RwSignal<Catalog>,
    /// Whether the person has `Integrations: Edit`.
    pub(crate) may_edit: bool,
}

impl Opened {
    /// The integration's id.
    pub(crate) fn id(self) -> String {
        self.integration.with_untracked(|integration| integration.id.clone())
    }

    /// Asks the server anew; what can't be asked stays as it was.
    pub(crate) fn refresh(self) {
        spawn_local(async move {
            if let Ok(now) = api::integration(&self.id()).await {
                self.integration.try_set(now);
            }
        });
    }
}
