//! Rotating a token: a new one at once, the old one good for a while still.

use leptos::prelude::*;
use passmuster_core::wire::integration::{Rotation, Token};
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

const HOUR: u64 = 3600;

/// How long the old token is good still, in seconds.
const OVERLAPS: [(u64, &str, &str); 4] = [
    (0, "Ends now", "For a token that somebody else has seen."),
    (HOUR, "1 hour", "Long enough to change it by hand."),
    (24 * HOUR, "24 hours", "A nightly sync has run once by then."),
    (7 * 24 * HOUR, "7 days", "For several systems that send."),
];

/// The dialog.
#[component]
pub(super) fn RotateToken(
    /// The integration.
    opened: Opened,
    /// The token; `None`: the dialog is closed.
    token: Memo<Option<Token>>,
    /// Called when the dialog is closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// The call that uses the token.
    call: Memo<Call>,
) -> impl IntoView {
    let shell = Shell::here();
    let overlap = RwSignal::new(24 * HOUR);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let keeping = Keeping::new();
    let rotate = Callback::new(move |()| {
        let Some(old) = token.get_untracked() else { return };
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let wanted = Rotation {
                overlap_seconds: Some(overlap.get_untracked()),
            };
            let answer = api::rotate_token(&opened.id(), &old.id, &wanted).await;
            busy.try_set(false);
            match answer {
                Ok(rotated) => {
                    keeping.show(rotated.token);
                    shell.say("A new token was made. It is shown once.");
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    });
    let closed = Callback::new(move |()| {
        on_close.run(());
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
        let old = token.with(|token| {
            token
                .as_ref()
                .map_or_else(String::new, |token| token.starts_with.clone())
        });
        if keeping.token.with(Option::is_some) {
            format!("The token that takes the place of {old}…")
        } else {
            format!("Rotate the token {old}…")
        }
    });
    let choices = move || {
        OVERLAPS
            .into_iter()
            .map(|(seconds, words, hint)| {
                view! {
                    <label class="option">
                        <input
                            type="radio"
                            name="overlap"
                            value=seconds.to_string()
                            prop:checked=move || overlap.get() == seconds
                            on:change=move |_| overlap.set(seconds)
                        />
                        <span><strong>{words}</strong><span class="hint">{hint}</span></span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog
            open=Signal::derive(move || token.with(Option::is_some))
            on_close=closed
            may_close=Callback::new(move |()| keeping.may_close())
            title=title
        >
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
                                .map(|why| view! { <Banner tone=Tone::Bad title="The token was not rotated"><p>{why}</p></Banner> })}
                            <p>"A new token is made at once. Until the old one ends, both are good."</p>
                            <fieldset class="options">
                                <legend>"The old token"</legend>
                                {choices}
                            </fieldset>
                            <div class="actions dialog-foot">
                                <Button focus=true on_press=close>"Cancel"</Button>
                                <Button weight=Weight::Primary busy=busy on_press=rotate test="rotate-now">"Rotate token"</Button>
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}
