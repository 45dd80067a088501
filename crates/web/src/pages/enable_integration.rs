//! Enabling an integration: its name and its file format; its token is shown this once.

use leptos::prelude::*;
use passmuster_core::{
    mapping::FileFormat,
    wire::integration::{EnableIntegration as Form, EnabledIntegration},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        copy_field::CopyField,
        curl::{Call, CopyAs, Mode, Sent},
        field::TextField,
        page_head::PageHead,
        radio_option::RadioOption,
    },
    page::{Page, Tab},
    pages::integrations::used,
    session::Shell,
};

/// The page.
#[component]
pub(crate) fn EnableIntegration() -> impl IntoView {
    let shell = Shell::here();
    let name = RwSignal::new("User API Integration".to_owned());
    let format = RwSignal::new(FileFormat::Csv);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let enabled = RwSignal::new(None::<EnabledIntegration>);
    let known = api::Resource::new(api::integrations);
    let full = Memo::new(move |_| {
        let list = known.get().and_then(Result::ok)?;
        let enabled = list
            .integrations
            .iter()
            .filter(|integration| integration.enabled)
            .count() as u64;
        (enabled >= list.limit).then(|| used(&list))
    });
    let call = Memo::new(move |_| sample_call(format.get()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let form = Form {
                name: name.get_untracked().trim().to_owned(),
                file_format: format.get_untracked(),
                route: None,
                mapping: None,
                admin_email: untrack(|| shell.person()).map(|person| person.email),
            };
            let answer = api::enable_integration(&form).await;
            busy.set(false);
            match answer {
                Ok(made) => {
                    shell.say("The integration is enabled. Its token is shown once.");
                    enabled.set(Some(made));
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    };
    let choice = move |value: FileFormat, title: &'static str, text: &'static str| {
        view! {
            <RadioOption
                name="file-format"
                value=value.as_str()
                title=title
                hint=text
                chosen=Signal::derive(move || format.get() == value)
                on_choose=move |()| format.set(value)
            />
        }
    };
    let form = move || {
        view! {
            <form class="card form" novalidate on:submit=submit>
                {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="The integration was not enabled"><p>{text}</p></Banner> })}
                {move || full.get().map(|words| view! { <Banner tone=Tone::Notice title="No more can be enabled now"><p>{words}</p></Banner> })}
                <div class="stack-small">
                    <h2>"User API"</h2>
                    <p class="lead">
                        "Takes a file of everybody, or of those who changed, from any program that can send one. It is checked, and loaded whole or not at all."
                    </p>
                </div>
                <TextField id="name" label="Integration Name" value=name hint="Such as \"EMEA User API\"." />
                <fieldset class="options">
                    <legend>"File Format"</legend>
                    {choice(FileFormat::Csv, "CSV", "Text with a header line: exports of HR systems and spreadsheets.")}
                    {choice(FileFormat::Json, "JSON", "A list of flat objects: what programs send.")}
                </fieldset>
                <CopyAs label="What a program will send" call=call />
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=busy test="enable">"Enable Integration"</Button>
                    <a class="button quiet" href=Page::Integrations.path()>"Cancel"</a>
                </div>
            </form>
        }
    };
    view! {
        <PageHead
            title=Page::EnableIntegration.title()
            lead="An integration has its own endpoint, token and mapping.".to_owned()
            above=vec![(Page::Integrations.title().to_owned(), Page::Integrations.path())]
        />
        <div class="narrow">
            {move || match enabled.get() {
                None => form().into_any(),
                Some(made) => made_card(made).into_any(),
            }}
        </div>
    }
}

/// The call as it will be, but for the last part of the address, which is made from the name.
fn sample_call(format: FileFormat) -> Call {
    let origin = location().origin().unwrap_or_default();
    Call {
        endpoint: format!("{origin}/api/v1/data/ROUTE/"),
        mode: Mode::Apply,
        format,
        body: Sent::File(format!("users.{}", format.as_str())),
    }
}

fn made_card(made: EnabledIntegration) -> impl IntoView {
    let flow = Page::Integration(made.integration_id.clone(), Tab::CheckUpload).path();
    let credentials = Page::Integration(made.integration_id.clone(), Tab::Credentials).path();
    let settings = Page::Integration(made.integration_id, Tab::Settings).path();
    view! {
        <section class="card stack">
            <Banner tone=Tone::Good title="The integration is enabled">
                <p>"Copy its token now: it is shown this once. You can make another one at any time."</p>
            </Banner>
            <CopyField label="ENDPOINT" value=made.endpoint />
            <CopyField label="AUTH_TOKEN" value=made.auth_token test="auth-token" />
            <div class="actions">
                <a class="button primary" href=flow data-test="to-check-upload">"Check & upload a file"</a>
                <a class="button" href=credentials>"Credentials"</a>
                <a class="button" href=settings>"Settings"</a>
            </div>
        </section>
    }
}
