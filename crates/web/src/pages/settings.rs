//! The settings of the workspace, and of the page in this browser. What somebody may not edit they are told.

use leptos::prelude::*;
use passmuster_core::permission::Permission;

use super::workspace::{
    about::{AboutCard, SignInCard},
    api_keys::ApiKeysCard,
    appearance::AppearanceCard,
    connections::ConnectionsCard,
    mail::MailCard,
    name::NameCard,
    people::PeopleCard,
};
use crate::{
    api,
    components::{loaded::Loaded, page_head::PageHead},
    page::Page,
    session::Shell,
};

/// The page.
#[component]
pub(crate) fn WorkspaceSettings() -> impl IntoView {
    let shell = Shell::here();
    let has = move |permission: Permission| {
        untrack(|| shell.person()).is_some_and(|person| person.permissions.contains(&permission))
    };
    let may_edit = has(Permission::IntegrationsEdit);
    let settings = api::Resource::new(api::settings);
    let about = api::Resource::new(move || async move {
        if may_edit {
            api::about().await.map(Some)
        } else {
            Ok(None)
        }
    });
    let mut sections = vec![("workspace", "Workspace")];
    if has(Permission::UsersEdit) {
        sections.push(("people", "People and permissions"));
    }
    if may_edit {
        sections.extend([
            ("api-keys", "API keys"),
            ("connections", "Connections"),
            ("sign-in", "Sign-in"),
            ("mail", "Mail"),
        ]);
    }
    sections.push(("appearance", "Appearance and keyboard"));
    if may_edit {
        sections.push(("about", "About"));
    }
    let links = sections
        .into_iter()
        .map(|(id, name)| view! { <li><a href=format!("#{id}") rel="external">{name}</a></li> })
        .collect_view();
    view! {
        <PageHead title=Page::Settings.title() lead="The workspace, who may do what, and how the page looks for you.".to_owned() />
        <div class="settings-page">
            <nav class="settings-nav" aria-label="Settings"><ul>{links}</ul></nav>
            <div class="stack">
                <Loaded
                    resource=settings
                    what="the settings"
                    draw=move |settings| view! { <NameCard settings=settings may_edit=may_edit /> }
                />
                {has(Permission::UsersEdit).then(|| view! { <PeopleCard /> })}
                {may_edit.then(|| view! { <ApiKeysCard /> })}
                {may_edit.then(|| view! { <ConnectionsCard /> })}
                <Loaded
                    resource=about
                    what="what runs here"
                    draw=move |about| {
                        about.map(|about| view! {
                            <SignInCard characters=about.password_characters />
                            <MailCard sends_mail=about.sends_mail />
                        })
                    }
                />
                <AppearanceCard />
                <Loaded
                    resource=about
                    what="what runs here"
                    draw=move |about| about.map(|about| view! { <AboutCard about=about /> })
                />
            </div>
        </div>
    }
}
