//! Keys of the admin API: who made them, what they open, when they were used; made and revoked.

use leptos::prelude::*;
use passmuster_core::{
    permission::Permission,
    wire::{integration::ApiKey, workspace::WantedApiKey},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        banner::Banner,
        button::{Button, Weight},
        card_table::CardTable,
        confirm::Confirm,
        copy_field::CopyField,
        dialog::Dialog,
        field::TextField,
        icon::{Icon, icon},
        loaded::Loaded,
        time::Time,
    },
    session::Shell,
};

/// The card.
#[component]
pub(in crate::pages) fn ApiKeysCard() -> impl IntoView {
    let keys = api::Resource::new(api::api_keys);
    let making = RwSignal::new(false);
    let revoking = RwSignal::new(None::<ApiKey>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let shell = Shell::here();
    let name =
        Signal::derive(move || revoking.with(|key| key.as_ref().map(|key| key.name.clone()).unwrap_or_default()));
    let revoke = Callback::new(move |()| {
        let Some(key) = revoking.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api::revoke_api_key(&key.id).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    revoking.set(None);
                    shell.say(format!("Revoked the key {}", key.name));
                    keys.refetch();
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    });
    view! {
        <section class="card stack" data-test="card-api-keys">
            <div class="list-head">
                <h2 id="api-keys">"API keys"</h2>
                <span class="actions">
                    <button type="button" class="button" data-test="open-new-key" on:click=move |_| making.set(true)>
                        {icon(Icon::Plus)}
                        "Create API key"
                    </button>
                </span>
            </div>
            <p class="hint">"For scripts that administer: " <code>"Authorization: Bearer KEY"</code> ". A sender of uploads has a token of its integration instead."</p>
            <Loaded
                resource=keys
                what="API keys"
                draw=move |list| {
                    if list.api_keys.is_empty() {
                        return view! { <p class="hint">"No key was made yet."</p> }.into_any();
                    }
                    let rows = list.api_keys.into_iter().map(|key| row(key, revoking)).collect_view();
                    view! {
                        <CardTable test="api-keys" headings=vec!["Name", "Permissions", "Made", "Last used"] acts=true>
                            {rows}
                        </CardTable>
                    }
                        .into_any()
                }
            />
            <NewKey open=making on_made=Callback::new(move |()| keys.refetch()) />
            <Confirm
                open=Signal::derive(move || revoking.with(Option::is_some))
                on_cancel=Callback::new(move |()| {
                    revoking.set(None);
                    refused.set(None);
                })
                on_confirm=revoke
                title=Signal::derive(move || format!("Revoke the API key {}?", name.get()))
                verb=Signal::derive(move || "Revoke the key".to_owned())
                busy=busy
                refused=refused
                test="revoke"
            >
                <p>"It stops opening anything at once. A script that still has it gets 401. This can\u{2019}t be taken back; make a new key instead."</p>
            </Confirm>
        </section>
    }
}

fn row(key: ApiKey, revoking: RwSignal<Option<ApiKey>>) -> impl IntoView {
    let permissions = key
        .permissions
        .iter()
        .map(|permission| view! { <li class="chip">{permission.as_str()}</li> })
        .collect_view();
    let state = if key.revoked_at.is_some() {
        view! { <Badge tone=Tone::Neutral with=Icon::Off text="Revoked" /> }.into_any()
    } else {
        let (own, spoken) = (key.clone(), format!("Revoke {}", key.name));
        view! {
            <button type="button" class="button small" aria-label=spoken on:click=move |_| revoking.set(Some(own.clone()))>
                "Revoke…"
            </button>
        }
        .into_any()
    };
    view! {
        <tr>
            <td data-label="Name">
                <div class="two-lines"><span class="strong cell-text">{key.name}</span><code class="hint key">{key.starts_with} "…"</code></div>
            </td>
            <td data-label="Permissions"><ul class="chips">{permissions}</ul></td>
            <td data-label="Made">
                <div class="two-lines"><Time at=key.created_at /><span class="hint cell-text">{key.created_by}</span></div>
            </td>
            <td data-label="Last used">
                {match key.last_used_at {
                    Some(at) => view! { <Time at=at /> }.into_any(),
                    None => view! { <span class="nothing">"Never"</span> }.into_any(),
                }}
            </td>
            <td data-label="">{state}</td>
        </tr>
    }
}

/// Makes a key, and shows it this once.
#[component]
fn NewKey(open: RwSignal<bool>, #[prop(into)] on_made: Callback<()>) -> impl IntoView {
    let made = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        open.set(false);
        made.set(None);
    });
    view! {
        <Dialog open=open on_close=close title="Create API key">
            {move || match made.get() {
                None => view! { <NewKeyForm made=made on_made=on_made on_cancel=close /> }.into_any(),
                Some(key) => view! {
                    <div class="stack">
                        <Banner tone=Tone::Notice title="Copy it now: it is shown only this once">
                            <p>"Only a digest of it is kept. Whoever has it can do what it was made for."</p>
                        </Banner>
                        <CopyField label="API key" value=key test="api-key" />
                        <div class="actions dialog-foot"><Button weight=Weight::Primary on_press=close>"I have stored it"</Button></div>
                    </div>
                }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn NewKeyForm(made: RwSignal<Option<String>>, on_made: Callback<()>, on_cancel: Callback<()>) -> impl IntoView {
    let shell = Shell::here();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<Permission>::new());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let own = shell.person().map(|person| person.permissions).unwrap_or_default();
    let boxes = own
        .into_iter()
        .map(|permission| {
            let change = move |event: leptos::ev::Event| {
                let is_in = event_target_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|known| *known != permission);
                    if is_in {
                        chosen.push(permission);
                    }
                });
            };
            view! {
                <label class="option">
                    <input type="checkbox" name="permission" value=permission.as_str() on:change=change />
                    <span>{permission.as_str()}</span>
                </label>
            }
        })
        .collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = WantedApiKey {
            name: name.get_untracked().trim().to_owned(),
            permissions: chosen.get_untracked(),
        };
        if wanted.permissions.is_empty() {
            refused.set(Some(
                "A key without a permission opens nothing. Choose at least one.".to_owned(),
            ));
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let answer = api::new_api_key(&wanted).await;
            busy.set(false);
            match answer {
                Ok(new) => {
                    made.set(Some(new.api_key));
                    on_made.run(());
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="No key was made"><p>{text}</p></Banner> })}
            <TextField id="key-name" label="Name" value=name hint="What the audit calls whoever uses it, such as nightly-export." />
            <fieldset class="options-plain">
                <legend class="strong">"What it may do"</legend>
                {boxes}
            </fieldset>
            <div class="actions dialog-foot">
                <Button on_press=on_cancel>"Cancel"</Button>
                <Button weight=Weight::Primary submit=true busy=busy test="make-key">"Create API key"</Button>
            </div>
        </form>
    }
}
