//! Settings of an integration: a card each for what it is called, how uploads are taken, limits, and disabling it.

mod danger;
mod general;
mod limits;
mod saving;
mod uploads;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::{danger::Danger, general::General, limits::LimitsCard, saving::Saving, uploads::Uploads};
use super::opened::Opened;
use crate::{components::unsaved::UnsavedBar, text};

/// The tab.
#[component]
pub(crate) fn Settings(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let (general, uploads, limits) = (Saving::new(opened), Saving::new(opened), Saving::new(opened));
    let cards = [
        ("name and e-mail", general),
        ("how uploads are taken", uploads),
        ("limits", limits),
    ];
    let what = Memo::new(move |_| {
        let changed: Vec<String> = cards
            .iter()
            .filter(|(_, card)| card.is_changed())
            .map(|(name, _)| (*name).to_owned())
            .collect();
        (!changed.is_empty()).then(|| text::list(&changed))
    });
    let discard = Callback::new(move |()| {
        for (_, card) in cards {
            card.discard();
        }
    });
    // One after the other: each answer is the integration as it is then.
    let save = Callback::new(move |()| {
        spawn_local(async move {
            for (_, card) in cards {
                if untrack(|| card.is_changed()) {
                    card.saved().await;
                }
            }
        });
    });
    let busy = Signal::derive(move || cards.iter().any(|(_, card)| card.busy.get()));
    view! {
        <div class="cards-column">
            <General opened=opened saving=general />
            <Uploads opened=opened saving=uploads />
            <LimitsCard opened=opened saving=limits />
            <Danger opened=opened />
            <UnsavedBar what=what busy=busy on_discard=discard on_save=save />
        </div>
    }
}
