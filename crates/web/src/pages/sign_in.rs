//! Signing in by e-mail and password.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_navigate};
use passmuster_core::wire::session::SignIn as Form;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        field::TextField,
        icon::{Icon, icon},
        page_head::PageHead,
    },
    page::Page,
    query::use_query,
    session::{Shell, Who},
};

/// Where to go after signing in: an address of ours, or the integrations.
fn next_address(next: &str) -> String {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') {
        next.to_owned()
    } else {
        Page::Integrations.path()
    }
}

/// The page.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let shell = Shell::here();
    let query = use_query(&["next"]);
    let navigate = use_navigate();
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let already = matches!(shell.who.get_untracked(), Who::Person(_));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if email.with_untracked(|email| email.trim().is_empty()) || password.with_untracked(String::is_empty) {
            refused.set(Some("Enter your e-mail address and your password.".into()));
            return;
        }
        busy.set(true);
        refused.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let form = Form {
                email: email.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            };
            let answer = api::sign_in(&form).await;
            busy.set(false);
            match answer {
                Ok(session) => {
                    shell.who.set(Who::Person(session));
                    let next = query.with_untracked(|query| next_address(query.get("next")));
                    navigate(
                        &next,
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    );
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    };
    if already {
        return view! { <Redirect path=Page::Integrations.path() /> }.into_any();
    }
    view! {
        <div class="door">
            <span class="door-sign">{icon(Icon::Brand)}</span>
            <PageHead title=Page::SignIn.title() lead="to Passmuster".to_owned() />
            <form class="card form" novalidate on:submit=submit>
                {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="You are not signed in"><p>{text}</p></Banner> })}
                <TextField id="email" label="E-mail" kind="email" autocomplete="username" value=email />
                <TextField id="password" label="Password" kind="password" autocomplete="current-password" value=password />
                <Button weight=Weight::Primary submit=true busy=busy test="sign-in">"Sign in"</Button>
            </form>
            <p class="door-foot">"Only checking a file? " <a href=Page::Check.path()>"No need to sign in."</a></p>
        </div>
    }
    .into_any()
}
