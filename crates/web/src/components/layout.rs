//! The frame of every page: skip link, navigation, the person's menu, the page itself, the live region.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{
    appearance::Appearance,
    help::{HelpButton, HelpPanel},
    icon::{Icon, icon},
    shortcuts::Shortcuts,
};
use crate::{
    page::Page,
    session::{Shell, Who},
};

/// The frame around a page.
#[component]
pub(crate) fn Layout(
    /// Signs the person out.
    #[prop(into)]
    on_sign_out: Callback<()>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let shell = Shell::here();
    let open = RwSignal::new(false);
    let path = use_location().pathname;
    // Going to another page closes the menu on narrow screens: it is open for one address only.
    let opened_at = RwSignal::new(String::new());
    let is_open = Signal::derive(move || open.get() && opened_at.get() == path.get());
    let toggle = move |_| {
        let now = !is_open.get_untracked();
        opened_at.set(path.get_untracked());
        open.set(now);
    };
    let (help, shortcuts) = (RwSignal::new(false), RwSignal::new(false));
    let signed_in = move || matches!(shell.who.get(), Who::Person(_));
    view! {
        <a class="skip" href="#main">"Skip to the page"</a>
        <div class="frame" class:signed-in=signed_in>
            <header class="bar">
                <a class="brand" href="/">{icon(Icon::Brand)}<span>"Passmuster"</span></a>
                <Show when=signed_in>
                    <button
                        type="button"
                        class="button quiet menu-button"
                        aria-expanded=move || is_open.get().to_string()
                        aria-controls="side"
                        on:click=toggle
                    >
                        {icon(Icon::Menu)}
                        "Menu"
                    </button>
                </Show>
                <span class="inline">
                    <HelpButton open=help />
                    <Show when=move || { shell.who.get() == Who::Nobody && path.get() != Page::SignIn.path() }>
                        <a class="button quiet" href=Page::SignIn.path()>"Sign in"</a>
                    </Show>
                </span>
            </header>
            <Show when=signed_in>
                <div id="side" class="side" class:open=is_open>
                    <nav aria-label="Main">
                        <a class="brand" href="/">{icon(Icon::Brand)}<span>"Passmuster"</span></a>
                        <MenuLink page=Page::Users sign=Icon::Users />
                        <MenuLink page=Page::Groups sign=Icon::Groups />
                        <p class="menu-section" id="menu-data">"Data"</p>
                        <div role="group" aria-labelledby="menu-data">
                            <MenuLink page=Page::Integrations sign=Icon::Integrations />
                            <MenuLink page=Page::Check sign=Icon::Check />
                            <MenuLink page=Page::Sandbox sign=Icon::Code />
                        </div>
                        <p class="menu-section" id="menu-workspace">"Workspace"</p>
                        <div role="group" aria-labelledby="menu-workspace">
                            <MenuLink page=Page::Audit sign=Icon::Audit />
                            <MenuLink page=Page::Settings sign=Icon::Settings />
                        </div>
                    </nav>
                    <HelpButton open=help in_menu=true />
                    {move || shell.person().map(|person| {
                        let initial = person.name.chars().next().unwrap_or('·');
                        view! {
                            <details class="person">
                                <summary>
                                    <span class="avatar" aria-hidden="true">{initial}</span>
                                    <span class="person-name">
                                        <span>{person.name}</span>
                                        <small>{person.workspace}</small>
                                    </span>
                                    {icon(Icon::Chevron)}
                                </summary>
                                <div class="person-menu">
                                    <p class="hint">"Signed in as " {person.email}</p>
                                    <a class="button" href=Page::Profile.path()>{Page::Profile.title()}</a>
                                    <Appearance />
                                    <button type="button" class="button" on:click=move |_| on_sign_out.run(())>
                                        "Sign out"
                                    </button>
                                </div>
                            </details>
                        }
                    })}
                </div>
            </Show>
            <main id="main" tabindex="-1">{children()}</main>
            <HelpPanel open=help on_shortcuts=move |()| shortcuts.set(true) />
        </div>
        <Shortcuts open=shortcuts on_help=move |()| help.set(true) />
        <div class="visually-hidden" role="status" aria-live="polite">{move || shell.said.get()}</div>
    }
}

#[component]
fn MenuLink(page: Page, sign: Icon) -> impl IntoView {
    let path = use_location().pathname;
    let shell = Shell::here();
    let enough = page.permissions();
    // What a person may not see would only be a door that doesn't open.
    let may_see = move || {
        shell.who.with(|who| match who {
            Who::Person(session) => enough.is_empty() || enough.iter().any(|one| session.permissions.contains(one)),
            _ => false,
        })
    };
    let address = page.path();
    let here = address.clone();
    let name = match page {
        Page::Check => "Check",
        _ => page.title(),
    };
    let is_here = move || {
        path.with(|path| {
            path.strip_prefix(here.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    view! {
        <a class="menu-link" href=address hidden=move || !may_see() aria-current=move || is_here().then_some("page")>
            {icon(sign)}
            {name}
        </a>
    }
}
