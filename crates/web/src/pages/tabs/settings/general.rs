//! What the integration is called, and who is told when uploads fail.

use leptos::prelude::*;
use passmuster_core::wire::integration::IntegrationEdit;
use wasm_bindgen_futures::spawn_local;

use super::saving::Saving;
use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        error_summary::ErrorSummary,
        field::TextField,
    },
    pages::tabs::opened::Opened,
};

/// The card.
#[component]
pub(super) fn General(
    /// The integration.
    opened: Opened,
    /// How it is saved.
    saving: Saving,
) -> impl IntoView {
    let saved = Memo::new(move |_| {
        opened
            .integration
            .with(|now| (now.name.clone(), now.admin_email.clone().unwrap_or_default()))
    });
    let (first_name, first_email) = saved.get_untracked();
    let name = RwSignal::new(first_name);
    let email = RwSignal::new(first_email);
    let wanted = Signal::derive(move || {
        let (saved_name, saved_email) = saved.get();
        let (name, email) = (name.get().trim().to_owned(), email.get().trim().to_owned());
        if name.is_empty() {
            let message = "Give the integration a name, such as \u{201c}EMEA User API\u{201d}.".to_owned();
            return Err(vec![(Some("name".to_owned()), message)]);
        }
        Ok(IntegrationEdit {
            name: (name != saved_name).then_some(name),
            admin_email: (email != saved_email).then_some(Some(email).filter(|email| !email.is_empty())),
            ..IntegrationEdit::default()
        })
    });
    let forget = Callback::new(move |()| {
        let (saved_name, saved_email) = saved.get_untracked();
        name.set(saved_name);
        email.set(saved_email);
    });
    saving.take(wanted, forget);
    view! {
        <form
            class="card form"
            novalidate
            aria-labelledby="general"
            on:submit=move |event| {
                event.prevent_default();
                saving.save();
            }
        >
            <h2 id="general">"Name and admin e-mail"</h2>
            <ErrorSummary errors=saving.errors title="Not saved" />
            <fieldset class="form" disabled=!opened.may_edit>
                <legend class="visually-hidden">"Name and admin e-mail"</legend>
                <TextField id="name" label="Integration Name" value=name hint="Such as \"EMEA User API\"." />
                <TextField
                    id="admin-email"
                    label="Admin Email Address"
                    kind="email"
                    autocomplete="email"
                    value=email
                    hint="Told when uploads fail or wait for approval, and before a token ends: at most once an hour. Leave it empty to tell nobody."
                />
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=saving.busy test="save-general">"Save"</Button>
                    <TestMail opened=opened />
                </div>
            </fieldset>
        </form>
    }
}

/// Writes to the saved address, and says what came of it.
#[component]
fn TestMail(opened: Opened) -> impl IntoView {
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<String, String>>);
    let address = Memo::new(move |_| opened.integration.with(|now| now.admin_email.clone()));
    let send = Callback::new(move |()| {
        busy.set(true);
        answer.set(None);
        spawn_local(async move {
            let sent = api::send_test_mail(&opened.id()).await;
            busy.try_set(false);
            answer.try_set(Some(sent.map_err(|fault| fault.message())));
        });
    });
    view! {
        <Show when=move || address.with(Option::is_some)>
            <Button busy=busy on_press=send test="test-mail">"Send test mail"</Button>
        </Show>
        <div class="whole-line" role="status">
            {move || match answer.get() {
                None => ().into_any(),
                Some(Ok(to)) => view! {
                    <Banner tone=Tone::Good title=format!("A test mail was sent to {to}")>
                        <p>"If it does not arrive within a few minutes, look into the spam folder."</p>
                    </Banner>
                }
                .into_any(),
                Some(Err(why)) => {
                    view! { <Banner tone=Tone::Bad title="No test mail was sent"><p>{why}</p></Banner> }.into_any()
                }
            }}
        </div>
    }
}
