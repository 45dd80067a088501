//! Disabling an integration, and enabling it again.

use leptos::prelude::*;
use passmuster_core::wire::integration::IntegrationEdit;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        confirm::Confirm,
    },
    pages::tabs::opened::Opened,
    session::Shell,
    text,
};

/// The card.
#[component]
pub(super) fn Danger(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let shell = Shell::here();
    let enabled = Memo::new(move |_| opened.integration.with(|now| now.enabled));
    let name = Memo::new(move |_| opened.integration.with(|now| now.name.clone()));
    let tokens = Memo::new(move |_| {
        opened
            .integration
            .with(|now| now.tokens.iter().filter(|token| token.state.is_good()).count())
    });
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let set = move |to: bool| {
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let edit = IntegrationEdit {
                enabled: Some(to),
                ..IntegrationEdit::default()
            };
            let answer = api::edit_integration(&opened.id(), &edit).await;
            busy.try_set(false);
            match answer {
                Ok(now) => {
                    asked.try_set(false);
                    opened.integration.try_set(now);
                    shell.say(if to {
                        "The integration is enabled"
                    } else {
                        "The integration is disabled"
                    });
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    };
    view! {
        <section class="card danger-card" aria-labelledby="danger">
            <div class="stack-small">
                <h2 id="danger">{move || if enabled.get() { "Disable integration" } else { "Enable integration" }}</h2>
                <p class="lead">
                    {move || if enabled.get() {
                        "Its endpoint refuses every upload from then on. Its tokens, mapping and uploads stay, and it can be enabled again."
                    } else {
                        "It is disabled: its endpoint refuses every upload. Its tokens, mapping and uploads are as they were."
                    }}
                </p>
                {move || (!enabled.get())
                    .then(|| refused.get())
                    .flatten()
                    .map(|why| view! { <Banner tone=Tone::Bad title="The integration was not enabled"><p>{why}</p></Banner> })}
            </div>
            <fieldset class="actions" disabled=!opened.may_edit>
                {move || if enabled.get() {
                    view! {
                        <Button weight=Weight::Danger on_press=Callback::new(move |()| asked.set(true)) test="disable">
                            "Disable integration…"
                        </Button>
                    }
                } else {
                    view! {
                        <Button weight=Weight::Primary busy=busy on_press=Callback::new(move |()| set(true)) test="enable-again">
                            "Enable integration"
                        </Button>
                    }
                }}
            </fieldset>
        </section>
        <Confirm
            open=asked
            on_cancel=Callback::new(move |()| asked.set(false))
            on_confirm=Callback::new(move |()| set(false))
            title=Signal::derive(move || format!("Disable \u{201c}{}\u{201d}?", name.get()))
            verb="Disable integration"
            busy=busy
            refused=refused
            test="disable-now"
        >
            <p>
                {move || format!(
                    "Whoever sends to its endpoint is refused from then on, with {}. No user changes.",
                    text::count(tokens.get() as u64, "token that is good today", "tokens that are good today"),
                )}
            </p>
        </Confirm>
    }
}
