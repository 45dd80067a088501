//! One operation, filled in and sent.

use leptos::prelude::*;
use passmuster_core::wire::session::WantedPersonalKey;
use wasm_bindgen_futures::spawn_local;

use super::operations::{Operation, Parameter};
use crate::{
    api::{self, Fault, Outgoing, Received},
    components::{
        answered::Answered,
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        confirm::Confirm,
        copy_field::CopyField,
        curl::{Mode, curl_of},
        empty_state::EmptyState,
        icon::Icon,
    },
    page::{Page, in_path},
    session::Shell,
};

/// How long a key for the sandbox is good, in minutes.
const KEY_MINUTES: u64 = 15;

/// What is filled in of an operation.
#[derive(Clone, Copy)]
struct Form {
    operation: StoredValue<Operation>,
    /// By the place of the parameter.
    values: StoredValue<Vec<RwSignal<String>>>,
    media: RwSignal<usize>,
    body: RwSignal<String>,
    mode: RwSignal<Mode>,
}

impl Form {
    fn new(operation: Operation) -> Self {
        let of_path = |is_in_path: bool, example: &str| {
            RwSignal::new(if is_in_path { example.to_owned() } else { String::new() })
        };
        let values = operation.parameters.iter();
        let values = values
            .map(|parameter| of_path(parameter.is_in_path, &parameter.example))
            .collect();
        let body = operation.bodies.first().map(|(_, example)| example.clone());
        let mode = if operation.has_mode { Mode::Check } else { Mode::Apply };
        Self {
            values: StoredValue::new(values),
            media: RwSignal::new(0),
            body: RwSignal::new(body.unwrap_or_default()),
            mode: RwSignal::new(mode),
            operation: StoredValue::new(operation),
        }
    }

    /// Path and query.
    fn address(self) -> String {
        self.operation.with_value(|operation| {
            let mut path = operation.path.clone();
            let mut words = Vec::new();
            self.values.with_value(|values| {
                for (parameter, value) in operation.parameters.iter().zip(values) {
                    let value = value.get();
                    if parameter.is_in_path {
                        path = path.replace(&format!("{{{}}}", parameter.name), &in_path(&value));
                    } else if !value.is_empty() {
                        words.push(format!("{}={}", parameter.name, in_path(&value)));
                    }
                }
            });
            match self.mode.get() {
                Mode::Apply => {}
                mode => words.push(format!("mode={}", mode.as_str())),
            }
            if words.is_empty() {
                path
            } else {
                format!("{path}?{}", words.join("&"))
            }
        })
    }

    fn media(self) -> Option<String> {
        let at = self.media.get();
        self.operation
            .with_value(|operation| operation.bodies.get(at).map(|(media, _)| media.clone()))
    }

    /// What would be sent, without who sends it.
    fn outgoing(self) -> Outgoing {
        Outgoing {
            method: self.operation.with_value(|operation| operation.method.clone()),
            address: self.address(),
            header: None,
            content: self.media().map(|media| (media, self.body.get())),
        }
    }

    /// Whether sending it now would change something.
    fn is_for_real(self) -> bool {
        self.mode.get() == Mode::Apply && self.operation.with_value(Operation::writes)
    }
}

/// The form and the answer.
#[component]
pub(super) fn Builder(operation: Operation, may_send: bool) -> impl IntoView {
    let shell = Shell::here();
    let workspace = StoredValue::new(untrack(|| shell.person()).map_or_else(String::new, |person| person.workspace));
    let form = Form::new(operation.clone());
    let (asked, busy) = (RwSignal::new(false), RwSignal::new(false));
    let received = RwSignal::new(None::<Result<Received, Fault>>);
    let credential = operation.credential();
    let send = Callback::new(move |()| {
        asked.set(false);
        busy.set(true);
        let outgoing = untrack(|| form.outgoing());
        spawn_local(async move {
            let answer = send_as_oneself(outgoing, credential).await;
            busy.try_set(false);
            if let Ok(answer) = &answer {
                shell.say(format!("Answered with status {}", answer.status));
            }
            received.try_set(Some(answer));
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
        } else if untrack(|| form.is_for_real()) {
            asked.set(true);
        } else {
            send.run(());
        }
    };
    let is_for_real = move || form.is_for_real();
    let command = Signal::derive(move || curl_of(&form.outgoing(), credential));
    let own_token = operation.wants_own_token();
    let description = (!operation.description.is_empty()).then(|| view! { <p>{operation.description.clone()}</p> });
    let method = operation.method.clone();
    let reference = format!("/docs/#/{}/{}", in_path(&operation.tag), operation.id);
    view! {
        <form class="card form" class:for-real=is_for_real novalidate aria-labelledby="operation" data-test="operation" on:submit=submit>
            <div class="list-head">
                <h2 id="operation">{operation.summary.clone()}</h2>
                <span class="actions"><a class="button small" href=reference target="_blank" rel="noopener">"In the reference"</a></span>
            </div>
            {description}
            <p class="request-line"><strong>{method}" "</strong><code>{move || form.address()}</code></p>
            {own_token.then(|| view! {
                <Banner tone=Tone::Notice title="It takes its integration\u{2019}s own token">
                    <p>"Each integration has a sandbox for it, which sends without one: " <a href=Page::Integrations.path()>"Integrations"</a> " > API Sandbox."</p>
                </Banner>
            })}
            <fieldset class="form" disabled=!may_send || own_token>
                <legend class="visually-hidden">"Request"</legend>
                {parameters(form)}
                {body(form)}
                {modes(form, workspace)}
                <div class="actions">
                    {move || {
                        let weight = if is_for_real() { Weight::Danger } else { Weight::Primary };
                        let words = match form.mode.get() {
                            Mode::Check => "Check",
                            Mode::Plan => "Plan",
                            Mode::Apply if is_for_real() => "Send…",
                            Mode::Apply => "Send",
                        };
                        view! { <Button weight=weight submit=true busy=busy test="send">{words}</Button> }
                    }}
                </div>
            </fieldset>
            <p class="hint">
                {if may_send {
                    format!("It is sent with a key of your own that ends after {KEY_MINUTES} minutes; no token is typed here.")
                } else {
                    "Only full admins can send from here.".to_owned()
                }}
            </p>
            {move || view! { <CopyField label="The same with cURL" value=command.get() test="curl" /> }}
        </form>
        <section class="card stack" aria-labelledby="response" aria-live="polite">
            <h2 id="response">"Response"</h2>
            {move || match received.get() {
                None => view! {
                    <EmptyState with=Icon::Integrations title="Nothing sent yet" text="Status, time, headers and body of the answer come here." />
                }
                .into_any(),
                Some(Err(fault)) => {
                    view! { <Banner tone=Tone::Bad title="There was no answer"><p>{fault.message()}</p></Banner> }.into_any()
                }
                Some(Ok(answer)) => view! { <Answered answer=answer /> }.into_any(),
            }}
        </section>
        <Confirm
            open=asked
            on_cancel=Callback::new(move |()| asked.set(false))
            on_confirm=send
            title=Signal::derive(move || format!("Really send this to {}?", workspace.get_value()))
            verb="Really send"
            test="send-now"
        >
            <p>{format!("It changes {} as it would from a program.", workspace.get_value())}</p>
        </Confirm>
    }
}

/// Sends a request with a key of the person's own, which is made for it.
async fn send_as_oneself(
    mut outgoing: Outgoing,
    credential: Option<(&'static str, &'static str)>,
) -> Result<Received, Fault> {
    if let Some((name, scheme)) = credential {
        let wanted = WantedPersonalKey {
            name: "API Sandbox".to_owned(),
            minutes: Some(KEY_MINUTES),
        };
        let made = api::new_personal_key(&wanted).await?;
        outgoing.header = Some((name, format!("{scheme}{}", made.api_key)));
        let answer = api::send_out(&outgoing).await;
        // It ends by itself, too.
        let _ = api::revoke_personal_key(&made.key.id).await;
        return answer;
    }
    api::send_out(&outgoing).await
}

fn parameters(form: Form) -> impl IntoView {
    let values = form.values.get_value();
    form.operation.with_value(|operation| {
        let all = || operation.parameters.iter().zip(values.iter().copied());
        let of_path: Vec<_> = all()
            .filter(|(one, _)| one.is_in_path)
            .map(|(one, value)| field(one, value))
            .collect();
        let others: Vec<_> = all()
            .filter(|(one, _)| !one.is_in_path)
            .map(|(one, value)| field(one, value))
            .collect();
        let has_others = !others.is_empty();
        view! {
            {of_path}
            {has_others.then(|| view! {
                <details class="operation-options">
                    <summary>"Options of the query"</summary>
                    <div class="stack">{others}</div>
                </details>
            })}
        }
    })
}

fn field(parameter: &Parameter, value: RwSignal<String>) -> AnyView {
    let id = format!("parameter-{}", parameter.name);
    let told = parameter.told.clone();
    view! {
        <div class="field">
            <label for=id.clone()>{parameter.name.clone()}{parameter.is_in_path.then_some(" (in the path)")}</label>
            <input
                id=id
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder=parameter.example.clone()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {(!told.is_empty()).then(|| view! { <p class="hint">{told.clone()}</p> })}
        </div>
    }
    .into_any()
}

fn body(form: Form) -> impl IntoView {
    let bodies = form.operation.with_value(|operation| operation.bodies.clone());
    if bodies.is_empty() {
        return None;
    }
    let choices = bodies.iter().enumerate().map(|(at, (media, example))| {
        let example = example.clone();
        view! {
            <label>
                <input
                    type="radio"
                    class="visually-hidden"
                    name="content-type"
                    value=media.clone()
                    prop:checked=move || form.media.get() == at
                    on:change=move |_| {
                        form.media.set(at);
                        if !example.is_empty() {
                            form.body.set(example.clone());
                        }
                    }
                />
                <span>{media.clone()}</span>
            </label>
        }
    });
    let choices = (bodies.len() > 1).then(|| {
        view! {
            <div class="labelled-segments">
                <span class="label" aria-hidden="true">"Content-Type"</span>
                <fieldset class="segments">
                    <legend class="visually-hidden">"Content-Type"</legend>
                    {choices.collect_view()}
                </fieldset>
            </div>
        }
    });
    Some(view! {
        {choices}
        <div class="field">
            <label for="operation-body">"Body"</label>
            <textarea
                id="operation-body"
                class="code-area"
                rows="10"
                spellcheck="false"
                autocapitalize="none"
                autocomplete="off"
                prop:value=move || form.body.get()
                on:input=move |event| form.body.set(event_target_value(&event))
            ></textarea>
        </div>
    })
}

fn modes(form: Form, workspace: StoredValue<String>) -> impl IntoView {
    let has_mode = form.operation.with_value(|operation| operation.has_mode);
    let choice = move |mode: Mode, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    class="visually-hidden"
                    name="mode"
                    value=mode.as_str()
                    prop:checked=move || form.mode.get() == mode
                    on:change=move |_| form.mode.set(mode)
                />
                <span>{words}</span>
            </label>
        }
    };
    has_mode.then(|| {
        view! {
            <div class="labelled-segments">
                <span class="label" aria-hidden="true">"What it does"</span>
                <fieldset class="segments modes">
                    <legend class="visually-hidden">"What it does"</legend>
                    {choice(Mode::Check, "Check only")}
                    {choice(Mode::Plan, "Plan")}
                    {choice(Mode::Apply, "Really send")}
                </fieldset>
            </div>
            <p class="hint" role="status">
                {move || match form.mode.get() {
                    Mode::Check => "Reports what is wrong. Stores and changes nothing.".to_owned(),
                    Mode::Plan => "Reports what would change. Stores and changes nothing.".to_owned(),
                    Mode::Apply => format!("Changes {}.", workspace.get_value()),
                }}
            </p>
        }
    })
}
