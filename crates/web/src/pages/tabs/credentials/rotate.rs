//! Rotating a token: a new one at once, the old one good for a while still.

use leptos::prelude::*;
use passmuster_core::wire::integration::{Rotation, Token};

use super::token_dialog::{Making, TokenDialog};
use crate::{
    api,
    components::{curl::Call, radio_option::RadioOption},
    pages::tabs::opened::Opened,
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
    let overlap = RwSignal::new(24 * HOUR);
    let make = Callback::new(move |()| -> Making {
        let old = token.with_untracked(|token| token.as_ref().map_or_else(String::new, |token| token.id.clone()));
        let wanted = Rotation {
            overlap_seconds: Some(overlap.get_untracked()),
        };
        Box::pin(async move { Ok(api::rotate_token(&opened.id(), &old, &wanted).await?.token) })
    });
    let choices = move || {
        OVERLAPS
            .into_iter()
            .map(|(seconds, words, hint)| {
                view! {
                    <RadioOption
                        name="overlap"
                        value=seconds.to_string()
                        title=words
                        hint=hint
                        chosen=Signal::derive(move || overlap.get() == seconds)
                        on_choose=move |()| overlap.set(seconds)
                    />
                }
            })
            .collect_view()
    };
    view! {
        <TokenDialog
            opened=opened
            open=Signal::derive(move || token.with(Option::is_some))
            on_close=on_close
            title=|is_made, old| {
                let old = old.unwrap_or_default();
                if is_made { format!("The token that takes the place of {old}…") } else { format!("Rotate the token {old}…") }
            }
            old=Signal::derive(move || token.with(|token| token.as_ref().map(|token| token.starts_with.clone())))
            refusal="The token was not rotated"
            verb="Rotate token"
            test="rotate-now"
            make=make
            call=call
        >
            <p>"A new token is made at once. Until the old one ends, both are good."</p>
            <fieldset class="options">
                <legend>"The old token"</legend>
                {choices()}
            </fieldset>
        </TokenDialog>
    }
}
