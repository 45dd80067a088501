//! The application: the session, the frame, the routes.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{
    PossibleRouteMatch,
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
        sandbox::Sandbox, settings::WorkspaceSettings, setup::SetUp, sign_in::SignIn, upload::UploadPage, user::User,
        users::Users,
    },
    parts::open,
    preferences::Preferences,
    session::{Shell, Who},
};

/// A page for those who may see it, fetched into the file of this name when it is first looked at.
macro_rules! page {
    ($page:ident $(($($of:expr),+))?, $file:ident $name:ident => $component:ident) => {
        (|| behind_gate(Page::$page $(($($of),+))?, open!($file $name => $component))) as View
    };
}

/// What shows a page. One type for all, as that of the paths: the router is compiled anew for each type of route.
type View = fn() -> AnyView;

type Path = Arc<dyn PossibleRouteMatch + Send + Sync>;

/// A path as any other.
fn at(path: impl PossibleRouteMatch + Send + Sync + 'static) -> Path {
    Arc::new(path)
}

fn behind_gate(page: Page, part: View) -> AnyView {
    view! { <Gate page=page>{part()}</Gate> }.into_any()
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
                    <Route path=at(path!("/")) view=(|| view! { <Home /> }.into_any()) as View />
                    <Route path=at(path!("/setup/:token")) view=open!(set_up set_up => SetUp) as View />
                    <Route path=at(path!("/sign-in")) view=(|| view! { <SignIn /> }.into_any()) as View />
                    <Route path=at(path!("/check")) view=open!(checking check => Check) as View />
                    <Route path=at(path!("/users")) view=page!(Users, users users => Users) />
                    <Route path=at(path!("/users/:email")) view=page!(User(String::new()), user user => User) />
                    <Route path=at(path!("/groups")) view=page!(Groups, groups groups => Groups) />
                    <Route path=at(path!("/audit")) view=page!(Audit, audit audit => Audit) />
                    <Route path=at(path!("/settings")) view=page!(Settings, workspace settings => WorkspaceSettings) />
                    <Route path=at(path!("/sandbox")) view=page!(Sandbox, sandbox sandbox => Sandbox) />
                    <Route path=at(path!("/profile")) view=page!(Profile, profile profile => Profile) />
                    <Route
                        path=at(path!("/integrations"))
                        view=page!(Integrations, integrations integrations => Integrations)
                    />
                    <Route
                        path=at(path!("/integrations/new"))
                        view=page!(EnableIntegration, enabling enable_integration => EnableIntegration)
                    />
                    <Route
                        path=at(path!("/integrations/:id/data-explorer/:upload"))
                        view=page!(Upload(String::new(), String::new()), upload upload => UploadPage)
                    />
                    <Route
                        path=at(path!("/integrations/:id/:tab?"))
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
