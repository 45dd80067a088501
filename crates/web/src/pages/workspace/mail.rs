//! Whether the server sends mail, and a test of it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{badge::Tone, banner::Banner, button::Button},
};

/// The card.
#[component]
pub(in crate::pages) fn MailCard(
    /// Whether the server sends mail.
    sends_mail: bool,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<String, String>>);
    let send = Callback::new(move |()| {
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let answer = api::test_mail().await;
            busy.set(false);
            outcome.set(Some(match answer {
                Ok(sent) => Ok(format!("A test mail was sent to {}.", sent.sent_to)),
                Err(fault) => Err(fault.message()),
            }));
        });
    });
    view! {
        <section class="card stack" data-test="card-mail">
            <h2 id="mail">"Mail"</h2>
            {move || outcome.get().map(|outcome| match outcome {
                Ok(text) => view! { <Banner tone=Tone::Good title=text /> }.into_any(),
                Err(text) => view! { <Banner tone=Tone::Bad title="No mail was sent"><p>{text}</p></Banner> }.into_any(),
            })}
            {if sends_mail {
                view! {
                    <p>"The admin e-mail of an integration is told when uploads fail, are held by a limit, or its token is about to end: at most once an hour."</p>
                    <div class="actions"><Button busy=busy on_press=send test="test-mail">"Send me a test mail"</Button></div>
                }.into_any()
            } else {
                view! {
                    <p>"This server sends no mail, so nobody is told when uploads fail or are held. The operator names a mail server with " <code>"--smtp-url"</code> "."</p>
                }.into_any()
            }}
        </section>
    }
}
