//! The first start: a one-time link makes the first admin.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use passmuster_core::wire::session::Setup as Form;
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
    session::{Shell, Who},
};

/// The fewest characters of a password.
const PASSWORD_CHARACTERS: usize = 12;

/// The page.
#[component]
pub(crate) fn SetUp() -> impl IntoView {
    let shell = Shell::here();
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let navigate = use_navigate();
    let email = RwSignal::new(String::new());
    let first_name = RwSignal::new(String::new());
    let last_name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let needed = move |value: RwSignal<String>, words: &'static str| {
        Memo::new(move |_| (tried.get() && value.with(|value| value.trim().is_empty())).then(|| words.to_owned()))
    };
    let email_error = Memo::new(move |_| {
        (tried.get() && email.with(|email| !email.contains('@')))
            .then(|| "Enter an e-mail address, such as ada@example.com.".to_owned())
    });
    let first_error = needed(first_name, "Enter your first name.");
    let last_error = needed(last_name, "Enter your last name.");
    let password_error = Memo::new(move |_| {
        let characters = password.with(|password| password.chars().count());
        (tried.get() && characters < PASSWORD_CHARACTERS)
            .then(|| format!("It has {characters} characters; it needs at least {PASSWORD_CHARACTERS}."))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let wrong = [
            ("email", email_error.get_untracked()),
            ("first-name", first_error.get_untracked()),
            ("last-name", last_error.get_untracked()),
            ("password", password_error.get_untracked()),
        ];
        if let Some((id, _)) = wrong.iter().find(|(_, error)| error.is_some()) {
            focus(id);
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let (token, navigate) = (token.clone(), navigate.clone());
        spawn_local(async move {
            let form = Form {
                token,
                email: email.get_untracked().trim().to_owned(),
                first_name: first_name.get_untracked().trim().to_owned(),
                last_name: last_name.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            };
            let answer = api::setup(&form).await;
            busy.set(false);
            match answer {
                Ok(session) => {
                    shell.who.set(Who::Person(session));
                    navigate(
                        &Page::Integrations.path(),
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
    view! {
        <div class="door">
            <span class="door-sign">{icon(Icon::Brand)}</span>
            <PageHead
                title=Page::Setup.title()
                lead="You are the first. Make the account that administers this workspace.".to_owned()
            />
            <form class="card form" novalidate on:submit=submit>
                {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="The account was not made"><p>{text}</p></Banner> })}
                <TextField id="email" label="E-mail" kind="email" autocomplete="username" value=email error=email_error />
                <div class="two">
                    <TextField id="first-name" label="First name" autocomplete="given-name" value=first_name error=first_error />
                    <TextField id="last-name" label="Last name" autocomplete="family-name" value=last_name error=last_error />
                </div>
                <TextField
                    id="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. A few words are easier to keep in mind than signs."
                    value=password
                    error=password_error
                />
                <Button weight=Weight::Primary submit=true busy=busy test="setup">"Create account"</Button>
            </form>
        </div>
    }
}

/// Moves the focus to the field with this id.
fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    if let Some(field) = document().get_element_by_id(id)
        && let Ok(field) = field.dyn_into::<web_sys::HtmlElement>()
    {
        // Fails only for elements that can't take the focus.
        let _ = field.focus();
    }
}
