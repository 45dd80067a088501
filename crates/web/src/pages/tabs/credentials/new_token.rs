//! Making a token: how long it is good, then the token itself.

use leptos::prelude::*;
use passmuster_core::wire::integration::WantedToken;
use wasm_bindgen_futures::spawn_local;

use super::{keeping::Keeping, shown_once::ShownOnce};
use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        curl::Call,
        dialog::Dialog,
    },
    pages::tabs::opened::Opened,
    session::Shell,
};

/// How long a token may be good, in days; `None`: without an end.
const LIFETIMES: [(Option<u64>, &str); 4] = [
    (None, "Until it is rotated or revoked"),
    (Some(30), "30 days"),
    (Some(90), "90 days"),
    (Some(365), "365 days"),
];

/// The dialog.
#[component]
pub(super) fn CreateToken(
    /// The integration.
    opened: Opened,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The call that uses the token.
    call: Memo<Call>,
) -> impl IntoView {
    let shell = Shell::here();
    let days = RwSignal::new(None::<u64>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let keeping = Keeping::new();
    let make = Callback::new(move |()| {
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let wanted = WantedToken {
                expires_in_days: days.get_untracked(),
            };
            let answer = api::create_token(&opened.id(), &wanted).await;
            busy.try_set(false);
            match answer {
                Ok(token) => {
                    keeping.show(token);
                    shell.say("A token was made. It is shown once.");
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    });
    let closed = Callback::new(move |()| {
        open.set(false);
        refused.set(None);
        if keeping.token.with_untracked(Option::is_some) {
            keeping.token.set(None);
            opened.refresh();
        }
    });
    let close = Callback::new(move |()| {
        if keeping.may_close() {
            closed.run(());
        }
    });
    let title = Signal::derive(move || {
        let title = if keeping.token.with(Option::is_some) {
            "Your new token"
        } else {
            "Create token"
        };
        title.to_owned()
    });
    let choices = move || {
        LIFETIMES
            .into_iter()
            .map(|(lifetime, words)| {
                view! {
                    <label class="option">
                        <input
                            type="radio"
                            name="lifetime"
                            value=lifetime.map(|days| days.to_string()).unwrap_or_default()
                            prop:checked=move || days.get() == lifetime
                            on:change=move |_| days.set(lifetime)
                        />
                        <span><strong>{words}</strong></span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog open=open on_close=closed may_close=Callback::new(move |()| keeping.may_close()) title=title>
            {move || match keeping.token.get() {
                Some(token) => {
                    view! { <ShownOnce token=token call=call stored=keeping.stored warned=keeping.warned on_close=close /> }
                        .into_any()
                }
                None => {
                    view! {
                        <div class="stack">
                            {move || refused
                                .get()
                                .map(|why| view! { <Banner tone=Tone::Bad title="No token was made"><p>{why}</p></Banner> })}
                            <fieldset class="options">
                                <legend>"How long it is good"</legend>
                                {choices}
                            </fieldset>
                            <p class="hint">"The Admin Email Address is told a week and a day before a token ends."</p>
                            <div class="actions dialog-foot">
                                <Button on_press=close>"Cancel"</Button>
                                <Button weight=Weight::Primary busy=busy on_press=make test="create-token">"Create token"</Button>
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}
