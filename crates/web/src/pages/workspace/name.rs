//! What the workspace is called, and whether it uses the Salesforce integration.

use leptos::prelude::*;
use passmuster_core::wire::workspace::{Settings, SettingsEdit};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        field::TextField,
    },
    session::Shell,
    text,
};

/// The card.
#[component]
pub(in crate::pages) fn NameCard(
    /// As they are.
    settings: Settings,
    /// Whether they may be edited.
    may_edit: bool,
) -> impl IntoView {
    let shell = Shell::here();
    let name = RwSignal::new(settings.name);
    let salesforce = RwSignal::new(settings.salesforce);
    let lacking = RwSignal::new(settings.needs_username);
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<&'static str, String>>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let edit = SettingsEdit {
                name: Some(name.get_untracked().trim().to_owned()),
                salesforce: Some(salesforce.get_untracked()),
            };
            let answer = api::edit_settings(&edit).await;
            busy.set(false);
            match answer {
                Ok(settings) => {
                    name.set(settings.name);
                    lacking.set(settings.needs_username);
                    shell.say("The workspace was saved");
                    outcome.set(Some(Ok("The workspace was saved.")));
                }
                Err(fault) => outcome.set(Some(Err(fault.message()))),
            }
        });
    };
    let warning = move || {
        let names = lacking.get();
        (!names.is_empty()).then(|| {
            let title = format!(
                "Uploads of {} are refused until their mapping has a username",
                text::list(&names)
            );
            view! { <Banner tone=Tone::Notice title=title /> }
        })
    };
    view! {
        <form class="card form" novalidate on:submit=submit data-test="card-workspace">
            <h2 id="workspace">"Workspace"</h2>
            {move || outcome.get().map(|outcome| match outcome {
                Ok(text) => view! { <Banner tone=Tone::Good title=text /> }.into_any(),
                Err(text) => view! { <Banner tone=Tone::Bad title="Nothing was changed"><p>{text}</p></Banner> }.into_any(),
            })}
            {warning}
            <TextField id="workspace-name" label="Name" value=name />
            <label class="option">
                <input
                    type="checkbox"
                    prop:checked=move || salesforce.get()
                    on:change=move |event| salesforce.set(event_target_checked(&event))
                />
                <span>
                    <strong>"Uses the Salesforce integration"</strong>
                    <span class="hint">"Then every user needs a username, and files name managers by it."</span>
                </span>
            </label>
            {if may_edit {
                view! { <div class="actions"><Button weight=Weight::Primary submit=true busy=busy>"Save"</Button></div> }.into_any()
            } else {
                view! { <p class="hint">"Changing this takes the permission \u{201c}Integrations: Edit\u{201d}."</p> }.into_any()
            }}
        </form>
    }
}
