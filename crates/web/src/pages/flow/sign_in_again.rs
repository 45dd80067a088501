//! Signing in again, in place, when the session ended while somebody worked: file and choices stay as they are.

use leptos::prelude::*;
use passmuster_core::wire::session::SignIn;
use wasm_bindgen_futures::spawn_local;

use super::state::Flow;
use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
        field::TextField,
    },
    session::{Shell, Who},
};

/// The dialog; goes on with what was refused once the person is back.
#[component]
pub(super) fn SignInAgain(flow: Flow) -> impl IntoView {
    let shell = Shell::here();
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let email = Memo::new(move |_| shell.person().map(|person| person.email).unwrap_or_default());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if password.with_untracked(String::is_empty) {
            refused.set(Some("Enter your password.".to_owned()));
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let form = SignIn {
                email: email.get_untracked(),
                password: password.get_untracked(),
            };
            let answer = api::sign_in(&form).await;
            busy.set(false);
            match answer {
                Ok(session) => {
                    password.set(String::new());
                    shell.who.set(Who::Person(session));
                    flow.signed_out.set(false);
                    shell.say("Signed in again");
                    flow.try_again();
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    };
    view! {
        <Dialog
            open=flow.signed_out
            on_close=move |()| flow.signed_out.set(false)
            title="Sign in again to go on"
        >
            <form class="stack" novalidate on:submit=submit data-test="sign-in-again">
                <p>
                    "Your session has ended. The file, the columns and everything you changed are still here; nothing was sent or loaded meanwhile."
                </p>
                {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="You are not signed in"><p>{text}</p></Banner> })}
                <label class="field">
                    <span>"E-mail"</span>
                    <input type="email" name="email" autocomplete="username" readonly prop:value=email />
                </label>
                <TextField id="password-again" label="Password" kind="password" autocomplete="current-password" value=password />
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=busy test="sign-in-again-now">"Sign in and go on"</Button>
                    <Button on_press=Callback::new(move |()| flow.signed_out.set(false))>"Not now"</Button>
                </div>
            </form>
        </Dialog>
    }
}
