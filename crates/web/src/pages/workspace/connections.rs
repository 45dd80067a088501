//! Connections: the directory as an OData feed, for Power BI, Excel and other readers.

use leptos::prelude::*;

use crate::{components::copy_field::CopyField, page::Page};

/// The card.
#[component]
pub(in crate::pages) fn ConnectionsCard() -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    let feed = format!("{origin}/app/OData/");
    let sample = format!(
        "curl --user any:$KEY --get '{feed}User' \\\n  --data-urlencode '$filter=isActive eq true' \\\n  --data-urlencode '$expand=memberships'"
    );
    view! {
        <section class="card stack" data-test="card-connections">
            <h2 id="connections">"Connections: OData API"</h2>
            <p class="hint">"Users, teams, groups, memberships, custom variables and uploads, to be read by programs. Nothing can be changed through it."</p>
            <CopyField label="Address" value=feed test="odata-address" />
            <ol class="steps-plain">
                <li>"Make an API key under " <a href=Page::Profile.path()>"My Profile"</a> "."</li>
                <li>"In Power BI or Excel choose " <em>"Get data"</em> ", " <em>"OData feed"</em> ", and paste the address."</li>
                <li>"Sign in with " <em>"Basic"</em> ": any name, and the key as the password."</li>
            </ol>
            <CopyField label="Active users with their groups, with cURL" value=sample />
        </section>
    }
}
