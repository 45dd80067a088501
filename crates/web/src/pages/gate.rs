//! Who may see a page: shows it, or says what is missing.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};
use passmuster_core::permission::Permission;

use crate::{
    components::{badge::Tone, banner::Banner, empty_state::EmptyState, icon::Icon, page_head::PageHead},
    page::Page,
    session::{Shell, Who},
};

/// Shows a page to those who may see it.
#[component]
pub(crate) fn Gate(
    /// The page.
    page: Page,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let shell = Shell::here();
    let location = use_location();
    // Only what decides about the gate: a session that is read again doesn't draw the page again.
    let state = Memo::new(move |_| match shell.who.get() {
        Who::Unknown => State::Waiting,
        Who::Unreachable => State::Unreachable,
        Who::Nobody => State::Nobody,
        Who::Person(session) => {
            let enough = page.permissions();
            if enough.is_empty() || enough.iter().any(|one| session.permissions.contains(one)) {
                State::Open
            } else {
                State::Forbidden(enough, page.title())
            }
        }
    });
    move || match state.get() {
        State::Waiting => view! { <p class="loading" role="status">"Loading…"</p> }.into_any(),
        State::Unreachable => view! {
            <PageHead title="The server can't be reached" />
            <Banner tone=Tone::Bad title="Nobody answers at this address">
                <p>"Check the connection, then reload the page. Checking a file needs no server."</p>
            </Banner>
            <p><a href=Page::Check.path()>"Check a file"</a></p>
        }
        .into_any(),
        State::Nobody => {
            let next = location.pathname.get_untracked();
            let address = if next == "/" || next == Page::Integrations.path() {
                Page::SignIn.path()
            } else {
                format!("{}?next={next}", Page::SignIn.path())
            };
            view! { <Redirect path=address /> }.into_any()
        }
        State::Forbidden(enough, title) => view! {
            <PageHead title=title />
            <EmptyState
                with=Icon::Lock
                title="You may not see this page"
                text=format!("It takes {}. A full admin can give it to you.", named(enough))
            />
        }
        .into_any(),
        State::Open => children().into_any(),
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Waiting,
    Unreachable,
    Nobody,
    Forbidden(&'static [Permission], &'static str),
    Open,
}

/// Permissions of which one is enough, by name.
fn named(permissions: &[Permission]) -> String {
    let names: Vec<String> = permissions
        .iter()
        .map(|one| format!("\u{201c}{}\u{201d}", one.as_str()))
        .collect();
    format!("the permission {}", names.join(" or "))
}
