//! A tag for several users at once: those who have it already stay as they are.

use leptos::prelude::*;
use passmuster_core::edit::word_fault;

use crate::components::{
    button::{Button, Weight},
    dialog::Dialog,
};

/// The dialog; `on_choose` gets the tag.
#[component]
pub(in crate::pages) fn AddTag(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whose tag it is to be, such as `14 users`.
    #[prop(into)]
    whose: Signal<String>,
    /// Called with the tag.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    let (tag, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = tag.get_untracked().trim().to_owned();
        let fault = if name.is_empty() {
            Some("Type the tag.".to_owned())
        } else {
            word_fault("tags", &name, '|')
        };
        if let Some(fault) = fault {
            error.set(fault);
        } else {
            open.set(false);
            tag.set(String::new());
            on_choose.run(name);
        }
    };
    view! {
        <Dialog open=open on_close=close title="Add tag">
            <form class="form" novalidate on:submit=submit>
                <p class="hint">"For " {whose} ". They keep the tags they have."</p>
                <div class="field">
                    <label for="new-tag">"Tag"</label>
                    <input
                        id="new-tag"
                        autocomplete="off"
                        aria-describedby="new-tag-error"
                        aria-invalid=move || (!error.get().is_empty()).then_some("true")
                        prop:value=move || tag.get()
                        on:input=move |event| {
                            error.set(String::new());
                            tag.set(event_target_value(&event));
                        }
                    />
                    <p class="field-error" id="new-tag-error">{error}</p>
                </div>
                <div class="actions dialog-foot">
                    <Button on_press=close>"Cancel"</Button>
                    <Button weight=Weight::Primary submit=true test="choose-tag">"Show the plan"</Button>
                </div>
            </form>
        </Dialog>
    }
}
