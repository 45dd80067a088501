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
    pages::{gate::Gate, not_found::NotFound, sign_in::SignIn},
    parts,
    session::{Shell, Who},
};

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let shell = Shell::provide();
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
                    <Route path=path!("/") view=|| view! { <Redirect path="/integrations" /> } />
                    <Route path=path!("/setup/:token") view=parts::setup_page />
                    <Route path=path!("/sign-in") view=SignIn />
                    <Route path=path!("/check") view=parts::check_page />
                    <Route path=path!("/users") view=|| view! { <Gate page=Page::Users>{parts::users_page()}</Gate> } />
                    <Route
                        path=path!("/integrations")
                        view=|| view! { <Gate page=Page::Integrations>{parts::integrations_page()}</Gate> }
                    />
                    <Route
                        path=path!("/integrations/new")
                        view=|| view! { <Gate page=Page::EnableIntegration>{parts::enable_integration_page()}</Gate> }
                    />
                    <Route
                        path=path!("/integrations/:id/uploads/:upload")
                        view=|| view! { <Gate page=Page::Integrations>{parts::upload_page()}</Gate> }
                    />
                    <Route
                        path=path!("/integrations/:id/:tab?")
                        view=|| view! { <Gate page=Page::Integrations>{parts::integration_page()}</Gate> }
                    />
                </FlatRoutes>
            </Layout>
        </Router>
    }
}
