//! A token that was just made: shown this once, with all that one needs to use it.

use leptos::prelude::*;
use passmuster_core::wire::integration::NewToken;

use crate::{
    components::{
        button::{Button, Weight},
        copy_field::CopyField,
        curl::{Call, CopyAs},
    },
    pages::flow::download::save_text,
};

/// The token.
#[component]
pub(super) fn ShownOnce(
    /// The token.
    token: NewToken,
    /// The call that uses it.
    call: Memo<Call>,
    /// Whether it was put away, as the person says.
    stored: RwSignal<bool>,
    /// Whether closing was tried before it was put away.
    #[prop(into)]
    warned: Signal<bool>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let secret = token.auth_token.clone();
    let download = Callback::new(move |()| {
        let endpoint = call.with_untracked(|call| call.endpoint.clone());
        save_text(".env", "text/plain", &format!("ENDPOINT={endpoint}\nTOKEN={secret}\n"));
        stored.set(true);
    });
    view! {
        <div class="stack">
            <p>"Copy it now: it is shown this once, and kept only as a digest."</p>
            <CopyField label="AUTH_TOKEN" value=token.auth_token test="auth-token" on_copied=move |()| stored.set(true) />
            <CopyAs label="Upload a file with it" call=call />
            <label class="option">
                <input
                    type="checkbox"
                    data-test="stored"
                    prop:checked=move || stored.get()
                    on:change=move |event| stored.set(event_target_checked(&event))
                />
                <span><strong>"I have stored it"</strong></span>
            </label>
            <p class="field-error" role="alert">
                {move || warned
                    .get()
                    .then_some("It can't be shown again. Copy or download it, or close once more to give it up.")}
            </p>
            <div class="actions dialog-foot">
                <Button on_press=download test="download-env">"Download .env"</Button>
                <Button weight=Weight::Primary on_press=on_close test="close-token">"Close"</Button>
            </div>
        </div>
    }
}
