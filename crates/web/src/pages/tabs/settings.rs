//! Name, admin e-mail, and whether the integration takes uploads.

use leptos::prelude::*;
use passmuster_core::wire::integration::Integration;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, SettingsPatch},
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        field::TextField,
    },
    session::Shell,
};

/// The tab.
#[component]
pub(crate) fn Settings(
    /// The integration.
    integration: Integration,
    /// Called when something was saved.
    #[prop(into)]
    on_saved: Callback<()>,
) -> impl IntoView {
    let shell = Shell::here();
    let name = RwSignal::new(integration.name);
    let admin_email = RwSignal::new(integration.admin_email.unwrap_or_default());
    let enabled = RwSignal::new(integration.enabled);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let id = StoredValue::new(integration.id);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let patch = SettingsPatch {
                name: name.get_untracked().trim().to_owned(),
                admin_email: Some(admin_email.get_untracked().trim().to_owned()).filter(|email| !email.is_empty()),
                enabled: enabled.get_untracked(),
            };
            let answer = api::save_settings(&id.get_value(), &patch).await;
            busy.set(false);
            match answer {
                Ok(_) => {
                    shell.say("Settings saved");
                    on_saved.run(());
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    };
    view! {
        <form class="card form narrow" novalidate on:submit=submit>
            <h2>"Settings"</h2>
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="The settings were not saved"><p>{text}</p></Banner> })}
            <TextField id="name" label="Integration Name" value=name />
            <TextField
                id="admin-email"
                label="Admin Email Address"
                kind="email"
                autocomplete="email"
                value=admin_email
                hint="Told when uploads fail, at most once an hour."
            />
            <label class="option">
                <input
                    type="checkbox"
                    prop:checked=move || enabled.get()
                    on:change=move |event| enabled.set(event_target_checked(&event))
                />
                <span>
                    <strong>"Enabled"</strong>
                    <span class="hint">"A disabled integration refuses uploads; its tokens, mapping and history stay."</span>
                </span>
            </label>
            <div class="actions"><Button weight=Weight::Primary submit=true busy=busy>"Save"</Button></div>
        </form>
    }
}
