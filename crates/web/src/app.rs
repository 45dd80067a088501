//! The application: the session, the frame, the routes.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Redirect, Route, Router},
    path,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::layout::Layout,
    page::Page,
    pages::{
        audit::Audit, check::Check, enable_integration::EnableIntegration, gate::Gate, groups::Groups,
        integration::IntegrationPage, integrations::Integrations, not_found::NotFound, profile::Profile,
        settings::WorkspaceSettings, setup::SetUp, sign_in::SignIn, upload::UploadPage, user::User, users::Users,
    },
    parts::open,
    preferences::Preferences,
    session::{Shell, Who},
};

/// A page for those who may see it, fetched into the file of this name when it is first looked at.
macro_rules! page {
    ($page:ident $(($($of:expr),+))?, $file:ident $name:ident => $component:ident) => {
        || {
            let part = open!($file $name => $component);
            view! { <Gate page=Page::$page $(($($of),+))?>{part()}</Gate> }
        }
    };
}

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let shell = Shell::provide();
    Preferences::provide();
    spawn_local(async move {
        shell.who.set(match api::session().await {
            Ok(Some(session)) => Who::Person(session),
            Ok(None) => Who::Nobody,
            Err(_) => Who::Unreachable,
        });
    });
    let sign_out = Callback::new(move |()| {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => shell.who.set(Who::Nobody),
                Err(fault) => shell.say(fault.message()),
            }
        });
    });
    view! {
        <Router>
            <Layout on_sign_out=sign_out>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=Home />
                    <Route path=path!("/setup/:token") view=open!(set_up set_up => SetUp) />
                    <Route path=path!("/sign-in") view=SignIn />
                    <Route path=path!("/check") view=open!(checking check => Check) />
                    <Route path=path!("/users") view=page!(Users, users users => Users) />
                    <Route path=path!("/users/:email") view=page!(User(String::new()), user user => User) />
                    <Route path=path!("/groups") view=page!(Groups, groups groups => Groups) />
                    <Route path=path!("/audit") view=page!(Audit, audit audit => Audit) />
                    <Route path=path!("/settings") view=page!(Settings, workspace settings => WorkspaceSettings) />
                    <Route path=path!("/profile") view=page!(Profile, profile profile => Profile) />
                    <Route
                        path=path!("/integrations")
                        view=page!(Integrations, integrations integrations => Integrations)
                    />
                    <Route
                        path=path!("/integrations/new")
                        view=page!(EnableIntegration, enabling enable_integration => EnableIntegration)
                    />
                    <Route
                        path=path!("/integrations/:id/data-explorer/:upload")
                        view=page!(Upload(String::new(), String::new()), upload upload => UploadPage)
                    />
                    <Route
                        path=path!("/integrations/:id/:tab?")
                        view=page!(Integrations, integration integration => IntegrationPage)
                    />
                </FlatRoutes>
            </Layout>
        </Router>
    }
}

/// Where a visit begins: the first page of the menu that the person may work on.
#[component]
fn Home() -> impl IntoView {
    let shell = Shell::here();
    move || {
        let first = match shell.who.get() {
            Who::Unknown => return None,
            Who::Nobody | Who::Unreachable => Page::Integrations,
            Who::Person(session) => [Page::Integrations, Page::Users, Page::Groups]
                .into_iter()
                .find(|page| page.permissions().iter().any(|one| session.permissions.contains(one)))
                .unwrap_or(Page::Profile),
        };
        Some(view! { <Redirect path=first.path() /> })
    }
}
