//! Making a token: how long it is good.

use leptos::prelude::*;
use passmuster_core::wire::integration::WantedToken;

use super::token_dialog::{Making, TokenDialog};
use crate::{
    api,
    components::{curl::Call, radio_option::RadioOption},
    pages::tabs::opened::Opened,
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
    let days = RwSignal::new(None::<u64>);
    let make = Callback::new(move |()| -> Making {
        let wanted = WantedToken {
            expires_in_days: days.get_untracked(),
        };
        Box::pin(async move { api::create_token(&opened.id(), &wanted).await })
    });
    let choices = move || {
        LIFETIMES
            .into_iter()
            .map(|(lifetime, words)| {
                view! {
                    <RadioOption
                        name="lifetime"
                        value=lifetime.map(|days| days.to_string()).unwrap_or_default()
                        title=words
                        chosen=Signal::derive(move || days.get() == lifetime)
                        on_choose=move |()| days.set(lifetime)
                    />
                }
            })
            .collect_view()
    };
    view! {
        <TokenDialog
            opened=opened
            open=open
            on_close=move |()| open.set(false)
            title=|is_made, _| if is_made { "Your new token" } else { "Create token" }.to_owned()
            old=None
            refusal="No token was made"
            verb="Create token"
            test="create-token"
            make=make
            call=call
        >
            <fieldset class="options">
                <legend>"How long it is good"</legend>
                {choices()}
            </fieldset>
            <p class="hint">"The Admin Email Address is told a week and a day before a token ends."</p>
        </TokenDialog>
    }
}
