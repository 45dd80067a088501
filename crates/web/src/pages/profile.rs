//! One's own account: who one is here, the password, and where one is signed in.

use leptos::prelude::*;
use passmuster_core::{
    permission::Permission,
    wire::session::{BegunSession, PasswordChange},
};
use wasm_bindgen_futures::spawn_local;

use super::personal_keys::PersonalKeys;
use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        banner::Banner,
        button::{Button, Weight},
        confirm::Confirm,
        field::TextField,
        loaded::Loaded,
        page_head::PageHead,
        time::Time,
    },
    page::Page,
    session::{Shell, Who},
    text,
};

/// The page.
#[component]
pub(crate) fn Profile() -> impl IntoView {
    let shell = Shell::here();
    let who = move || {
        shell.person().map(|person| {
            let held: Vec<String> = person.permissions.iter().map(ToString::to_string).collect();
            let held = if held.is_empty() {
                "Nothing in Administration".to_owned()
            } else {
                text::list(&held)
            };
            view! {
                <dl class="settings-facts">
                    <div><dt>"Name"</dt><dd>{person.name}</dd></div>
                    <div><dt>"Email"</dt><dd class="cell-text">{person.email}</dd></div>
                    <div><dt>"Workspace"</dt><dd>{person.workspace}</dd></div>
                    <div><dt>"You may"</dt><dd>{held}</dd></div>
                </dl>
            }
        })
    };
    let is_full_admin = move || {
        shell
            .person()
            .is_some_and(|person| person.permissions.len() == Permission::ALL.len())
    };
    view! {
        <PageHead title=Page::Profile.title() lead="Your account, your password, and where you are signed in.".to_owned() />
        <div class="stack profile-page">
            <section class="card stack" data-test="card-who">
                <h2>"You"</h2>
                {who}
                <p class="hint">"An admin changes names and e-mail addresses under Users."</p>
            </section>
            <h2 class="visually-hidden" id="security">"Security"</h2>
            <Password />
            {move || is_full_admin().then(|| view! { <PersonalKeys /> })}
            <Sessions />
        </div>
    }
}

#[component]
fn Password() -> impl IntoView {
    let shell = Shell::here();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<(), String>>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let change = PasswordChange {
                current: current.get_untracked(),
                new: new.get_untracked(),
            };
            let answer = api::change_password(&change).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    current.set(String::new());
                    new.set(String::new());
                    shell.say("Password changed");
                    outcome.set(Some(Ok(())));
                }
                Err(fault) => outcome.set(Some(Err(fault.message()))),
            }
        });
    };
    view! {
        <form class="card form" novalidate on:submit=submit data-test="card-password">
            <h2>"Password"</h2>
            {move || outcome.get().map(|outcome| match outcome {
                Ok(()) => view! {
                    <Banner tone=Tone::Good title="Your password was changed">
                        <p>"Your other sessions have ended."</p>
                    </Banner>
                }.into_any(),
                Err(text) => view! { <Banner tone=Tone::Bad title="Your password was not changed"><p>{text}</p></Banner> }.into_any(),
            })}
            <TextField id="current-password" label="Current password" kind="password" autocomplete="current-password" value=current />
            <TextField
                id="new-password"
                label="New password"
                kind="password"
                autocomplete="new-password"
                value=new
                hint="At least 12 characters. A few words in a row are easy to remember."
            />
            <div class="actions"><Button weight=Weight::Primary submit=true busy=busy test="change-password">"Change password"</Button></div>
        </form>
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let shell = Shell::here();
    let sessions = api::Resource::new(api::sessions);
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let end = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = api::sign_out_everywhere().await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    asking.set(false);
                    shell.who.set(Who::Nobody);
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    });
    view! {
        <section class="card stack" data-test="card-sessions">
            <div class="list-head">
                <h2>"Where you are signed in"</h2>
                <span class="actions">
                    <button type="button" class="button" data-test="sign-out-everywhere" on:click=move |_| asking.set(true)>
                        "Sign out everywhere…"
                    </button>
                </span>
            </div>
            <Loaded
                resource=sessions
                what="your sessions"
                draw=move |list| {
                    let lines = list.sessions.into_iter().map(line).collect_view();
                    view! { <ul class="person-lines-list" data-test="sessions">{lines}</ul> }
                }
            />
            <Confirm
                open=asking
                on_cancel=Callback::new(move |()| asking.set(false))
                on_confirm=end
                title=Signal::derive(|| "Sign out everywhere?".to_owned())
                verb=Signal::derive(|| "Sign out everywhere".to_owned())
                busy=busy
                refused=refused
                test="confirm-sign-out"
            >
                <p>"All your sessions end, this one too. You sign in again with your password."</p>
            </Confirm>
        </section>
    }
}

fn line(session: BegunSession) -> impl IntoView {
    let browser = session
        .browser
        .as_deref()
        .map_or_else(|| "A browser".to_owned(), browser_name);
    view! {
        <li class="person-line">
            <div class="two-lines">
                <span class="strong">{browser}</span>
                <span class="hint">
                    {session.began_at.map(|at| view! { "Signed in " <Time at=at /> })}
                    {session.address.map(|address| format!(" from {address}"))}
                </span>
            </div>
            <span class="line-end inline">
                {session.is_this.then(|| view! { <Badge tone=Tone::Good text="This browser" /> })}
                <span class="hint">"ends " {text::time(&session.ends_at)}</span>
            </span>
        </li>
    }
}

/// Browser and system of what a browser calls itself, as far as people know them: `Firefox on Windows`.
fn browser_name(agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    // In this order: most of them claim to be those behind them, too.
    let browser = known(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
