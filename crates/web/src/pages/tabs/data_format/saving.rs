//! Saving the mapping: first what differs from the saved one, then the act; over a version that somebody else saved, not.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{difference::Difference, draft::Draft, last_file::LastFile};
use crate::{
    api::{self, Fault},
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
    },
    session::Shell,
};

/// The dialog.
#[component]
pub(super) fn SaveMapping(
    /// The mapping as it was changed.
    draft: Draft,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let shell = Shell::here();
    let opened = draft.opened;
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<Fault>);
    let save = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let (version, mapping) = (
            opened.integration.with_untracked(|now| now.mapping_version),
            untrack(|| draft.mapping()),
        );
        spawn_local(async move {
            let answer = api::save_mapping_over(&opened.id(), version, &mapping).await;
            busy.try_set(false);
            match answer {
                Ok(now) => {
                    shell.say(format!(
                        "The API field mappings are saved as version {}",
                        now.mapping_version
                    ));
                    opened.integration.try_set(now);
                    draft.discard();
                    open.try_set(false);
                }
                Err(fault) => {
                    refused.try_set(Some(fault));
                }
            }
        });
    });
    let close = Callback::new(move |()| {
        open.set(false);
        refused.set(None);
    });
    // What was changed is held against what is saved by now.
    let again = Callback::new(move |()| {
        refused.set(None);
        opened.refresh();
    });
    view! {
        <Dialog open=open on_close=close title="Save API Field Mappings" wide=true>
            <div class="stack">
                <p>"From the next body on, this is how files are read:"</p>
                {move || view! { <Difference before=draft.saved() after=draft.mapping() catalog=opened.catalog.get() /> }}
                {move || open.get().then(|| view! { <LastFile draft=draft /> })}
                {move || refused
                    .get()
                    .map(|fault| {
                        let is_other = fault.status() == Some(409);
                        view! {
                            <Banner tone=Tone::Bad title="The API field mappings were not saved">
                                <p>{fault.message()}</p>
                                {is_other
                                    .then(|| view! { <Button on_press=again test="against-new">"Compare with what is saved now"</Button> })}
                            </Banner>
                        }
                    })}
                <div class="actions dialog-foot">
                    <Button on_press=close>"Cancel"</Button>
                    <Button weight=Weight::Primary busy=busy on_press=save test="save-mapping-now">"Save API Field Mappings"</Button>
                </div>
            </div>
        </Dialog>
    }
}
