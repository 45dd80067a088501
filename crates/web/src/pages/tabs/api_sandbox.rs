//! A request to the endpoint, built by hand and sent with the person's own rights: what comes back is what a client gets.

use leptos::prelude::*;
use passmuster_core::{mapping::FileFormat, permission::Permission, template::template};
use wasm_bindgen_futures::spawn_local;

use super::opened::Opened;
use crate::{
    api::{self, Fault, Received},
    components::{
        answered::Answered,
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        confirm::Confirm,
        curl::{Call, CopyAs, Mode, Sent},
        empty_state::EmptyState,
        icon::Icon,
    },
    session::Shell,
};

/// The tab.
#[component]
pub(crate) fn ApiSandbox(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let shell = Shell::here();
    let workspace = untrack(|| shell.person()).map_or_else(String::new, |person| person.workspace);
    let workspace = StoredValue::new(workspace);
    let example = move |format: FileFormat| {
        opened.integration.with_untracked(|now| {
            let mut mapping = now.mapping.clone();
            mapping.file_format = format;
            opened.catalog.with_untracked(|catalog| template(&mapping, catalog))
        })
    };
    let saved = opened.integration.with_untracked(|now| now.mapping.file_format);
    let format = RwSignal::new(saved);
    let body = RwSignal::new(example(saved));
    let mode = RwSignal::new(Mode::Check);
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let received = RwSignal::new(None::<Result<Received, Fault>>);
    let endpoint = opened.integration.with_untracked(|now| now.endpoint.clone());
    let shown_endpoint = endpoint.clone();
    let call = Memo::new(move |_| Call {
        endpoint: endpoint.clone(),
        mode: mode.get(),
        format: format.get(),
        body: Sent::Text(body.get()),
    });
    let content_type = move || match format.get() {
        FileFormat::Csv => "text/csv",
        FileFormat::Json => "application/json",
    };
    let send = Callback::new(move |()| {
        asked.set(false);
        busy.set(true);
        let (mode, media, body) = (
            mode.get_untracked().as_str(),
            untrack(content_type),
            body.get_untracked(),
        );
        spawn_local(async move {
            let answer = api::request(&opened.id(), mode, media, &body).await;
            busy.try_set(false);
            if let Ok(answer) = &answer {
                shell.say(format!("Answered with status {}", answer.status));
            }
            received.try_set(Some(answer));
            if mode == "apply" {
                opened.refresh();
            }
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
        } else if mode.get_untracked() == Mode::Apply {
            asked.set(true);
        } else {
            send.run(());
        }
    };
    let is_apply = move || mode.get() == Mode::Apply;
    let mode_choice = move |value: Mode, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    class="visually-hidden"
                    name="mode"
                    value=value.as_str()
                    prop:checked=move || mode.get() == value
                    on:change=move |_| mode.set(value)
                />
                <span>{words}</span>
            </label>
        }
    };
    let format_choice = move |value: FileFormat, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    class="visually-hidden"
                    name="content-type"
                    value=value.as_str()
                    prop:checked=move || format.get() == value
                    on:change=move |_| {
                        format.set(value);
                        body.set(example(value));
                    }
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <div class="sandbox">
            <form class="card form" class:for-real=is_apply novalidate aria-labelledby="request" data-test="request" on:submit=submit>
                <h2 id="request">"Request"</h2>
                <p class="request-line">
                    <strong>"POST "</strong>
                    <code>{shown_endpoint}{move || format!("?mode={}", mode.get().as_str())}</code>
                </p>
                <fieldset class="form" disabled=!opened.may_edit>
                    <legend class="visually-hidden">"Request"</legend>
                    <div class="labelled-segments">
                        <span class="label" aria-hidden="true">"Content-Type"</span>
                        <fieldset class="segments">
                            <legend class="visually-hidden">"Content-Type"</legend>
                            {format_choice(FileFormat::Csv, "text/csv")}
                            {format_choice(FileFormat::Json, "application/json")}
                        </fieldset>
                    </div>
                    <div class="field">
                        <label for="body">"Body"</label>
                        <textarea
                            id="body"
                            class="code-area"
                            rows="12"
                            spellcheck="false"
                            autocapitalize="none"
                            autocomplete="off"
                            prop:value=move || body.get()
                            on:input=move |event| body.set(event_target_value(&event))
                        ></textarea>
                        <p class="hint">"An example that fits the mapping in force. Change it as you like."</p>
                    </div>
                    <div class="labelled-segments">
                        <span class="label" aria-hidden="true">"What it does"</span>
                        <fieldset class="segments modes">
                            <legend class="visually-hidden">"What it does"</legend>
                            {mode_choice(Mode::Check, "Check only")}
                            {mode_choice(Mode::Plan, "Plan")}
                            {mode_choice(Mode::Apply, "Really send")}
                        </fieldset>
                    </div>
                    <p class="hint" role="status">
                        {move || match mode.get() {
                            Mode::Check => "Reports what is wrong with the body. Stores and changes nothing.".to_owned(),
                            Mode::Plan => "Reports what the body would change. Stores and changes nothing.".to_owned(),
                            Mode::Apply => format!("Creates and changes users of {}.", workspace.get_value()),
                        }}
                    </p>
                    <div class="actions">
                        {move || {
                            let weight = if is_apply() { Weight::Danger } else { Weight::Primary };
                            view! {
                                <Button weight=weight submit=true busy=busy test="send">
                                    {match mode.get() {
                                        Mode::Check => "Check",
                                        Mode::Plan => "Plan",
                                        Mode::Apply => "Send…",
                                    }}
                                </Button>
                            }
                        }}
                        <Button on_press=Callback::new(move |()| body.set(example(format.get_untracked())))>"Example again"</Button>
                    </div>
                </fieldset>
                <p class="hint">
                    {if opened.may_edit {
                        "It is sent with your own rights; no token is needed here. A client sends the header Authorization: Token $TOKEN.".to_owned()
                    } else {
                        format!("Sending takes the permission \u{201c}{}\u{201d}.", Permission::IntegrationsEdit)
                    }}
                </p>
                <CopyAs label="The same as a command" call=call />
            </form>
            <section class="card stack" aria-labelledby="response" aria-live="polite">
                <h2 id="response">"Response"</h2>
                {move || match received.get() {
                    None => {
                        view! {
                            <EmptyState with=Icon::Integrations title="Nothing sent yet" text="Status, time, headers and body of the answer come here." />
                        }
                            .into_any()
                    }
                    Some(Err(fault)) => {
                        view! { <Banner tone=Tone::Bad title="There was no answer"><p>{fault.message()}</p></Banner> }.into_any()
                    }
                    Some(Ok(answer)) => view! { <Answered answer=answer /> }.into_any(),
                }}
            </section>
        </div>
        <Confirm
            open=asked
            on_cancel=Callback::new(move |()| asked.set(false))
            on_confirm=send
            title=Signal::derive(move || format!("Really send this to {}?", workspace.get_value()))
            verb="Really send"
            test="send-now"
        >
            <p>
                {format!(
                    "The body creates and changes users of {} as it would from a client. It becomes an upload in the Data Explorer and can be undone there.",
                    workspace.get_value(),
                )}
            </p>
        </Confirm>
    }
}
