//! A full admin's own API keys: for the APIs that act as the person, and for reading the directory from other programs.

use leptos::prelude::*;
use passmuster_core::wire::session::{PersonalKey, WantedPersonalKey};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
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
pub(super) fn PersonalKeys() -> impl IntoView {
    let shell = Shell::here();
    let keys = api::Resource::new(api::personal_keys);
    let making = RwSignal::new(false);
    let revoking = RwSignal::new(None::<PersonalKey>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let name =
        Signal::derive(move || revoking.with(|key| key.as_ref().map(|key| key.name.clone()).unwrap_or_default()));
    let revoke = Callback::new(move |()| {
        let Some(key) = revoking.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api::revoke_personal_key(&key.id).await;
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
        <section class="card stack" data-test="card-personal-keys">
            <div class="list-head">
                <h2 id="personal-keys">"Your API keys"</h2>
                <span class="actions">
                    <button type="button" class="button" data-test="open-personal-key" on:click=move |_| making.set(true)>
                        {icon(Icon::Plus)}
                        "Create API key"
                    </button>
                </span>
            </div>
            <p class="hint">
                "For programs that act as you: the header " <code>"X-ApiKey"</code>
                ", or the password when Power BI or Excel reads the OData feed. A key may do what you may do, for as long as you are a full admin."
            </p>
            <Loaded
                resource=keys
                what="your API keys"
                draw=move |list| {
                    if list.keys.is_empty() {
                        return view! { <p class="hint">"You have none yet."</p> }.into_any();
                    }
                    let rows = list.keys.into_iter().map(|key| row(key, revoking)).collect_view();
                    view! {
                        <CardTable test="personal-keys" headings=vec!["Name", "Made", "Last used", "Ends"] acts=true>{rows}</CardTable>
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
                title=Signal::derive(move || format!("Revoke your API key {}?", name.get()))
                verb=Signal::derive(move || "Revoke the key".to_owned())
                busy=busy
                refused=refused
                test="revoke-personal-key"
            >
                <p>"It stops opening anything at once; a program that still has it gets 401. This can\u{2019}t be taken back."</p>
            </Confirm>
        </section>
    }
}

fn row(key: PersonalKey, revoking: RwSignal<Option<PersonalKey>>) -> impl IntoView {
    let (own, spoken) = (key.clone(), format!("Revoke {}", key.name));
    let at = |time: Option<String>, otherwise: &'static str| match time {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => view! { <span class="nothing">{otherwise}</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="Name">
                <div class="two-lines"><span class="strong cell-text">{key.name}</span><code class="hint key">{key.starts_with} "…"</code></div>
            </td>
            <td data-label="Made"><Time at=key.created_at /></td>
            <td data-label="Last used">{at(key.last_used_at, "Never")}</td>
            <td data-label="Ends">{at(key.expires_at, "When revoked")}</td>
            <td data-label="">
                <button type="button" class="button small" aria-label=spoken on:click=move |_| revoking.set(Some(own.clone()))>
                    "Revoke…"
                </button>
            </td>
        </tr>
    }
}

/// Makes a key, and shows it this once.
#[component]
fn NewKey(open: RwSignal<bool>, #[prop(into)] on_made: Callback<()>) -> impl IntoView {
    let made = RwSignal::new(None::<String>);
    let name = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        open.set(false);
        made.set(None);
        refused.set(None);
        name.set(String::new());
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let wanted = WantedPersonalKey {
            name: name.get_untracked().trim().to_owned(),
            minutes: None,
        };
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let answer = api::new_personal_key(&wanted).await;
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
        <Dialog open=open on_close=close title="Create API key">
            {move || match made.get() {
                None => view! {
                    <form class="form" novalidate on:submit=submit>
                        {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="No key was made"><p>{text}</p></Banner> })}
                        <TextField id="personal-key-name" label="Name" value=name hint="What it is for, such as Power BI." />
                        <div class="actions dialog-foot">
                            <Button on_press=close>"Cancel"</Button>
                            <Button weight=Weight::Primary submit=true busy=busy test="make-personal-key">"Create API key"</Button>
                        </div>
                    </form>
                }
                .into_any(),
                Some(key) => view! {
                    <div class="stack">
                        <Banner tone=Tone::Notice title="Copy it now: it is shown only this once">
                            <p>"Only a digest of it is kept. Whoever has it can do what you may do."</p>
                        </Banner>
                        <CopyField label="API key" value=key test="personal-key" />
                        <div class="actions dialog-foot"><Button weight=Weight::Primary on_press=close>"I have stored it"</Button></div>
                    </div>
                }
                .into_any(),
            }}
        </Dialog>
    }
}
