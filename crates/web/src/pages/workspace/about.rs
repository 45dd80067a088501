//! What runs here, and what whoever helps needs to know.

use leptos::prelude::*;
use passmuster_core::wire::workspace::About;

use crate::text;

/// How passwords are to be: the card *Sign-in*.
#[component]
pub(in crate::pages) fn SignInCard(
    /// The least characters of a password.
    characters: u64,
) -> impl IntoView {
    view! {
        <section class="card stack" data-test="card-sign-in">
            <h2 id="sign-in">"Sign-in"</h2>
            <dl class="settings-facts">
                <div><dt>"Password"</dt><dd>"At least " {characters.to_string()} " characters; any of them. No expiry: a long one that stays is safer."</dd></div>
                <div><dt>"After failed tries"</dt><dd>"Each further try has to wait longer, for the address and for where it comes from."</dd></div>
                <div><dt>"Session"</dt><dd>"14 days in one browser. Deactivating a user ends all of theirs at once; My Profile shows one\u{2019}s own."</dd></div>
            </dl>
        </section>
    }
}

/// How long things are kept, the version, the database.
#[component]
pub(in crate::pages) fn AboutCard(
    /// What runs here.
    about: About,
) -> impl IntoView {
    let bodies = match about.keep_bodies_days {
        0 => "Received files are not kept; one that waits for a person is.".to_owned(),
        days => format!(
            "Received files are kept for {}, then their contents go.",
            text::count(days, "day", "days")
        ),
    };
    view! {
        <section class="card stack" data-test="card-about">
            <h2 id="about">"About"</h2>
            <dl class="settings-facts">
                <div><dt>"Version"</dt><dd>"Passmuster " {about.version}</dd></div>
                <div><dt>"Database"</dt><dd>{about.database} ", tables of version " {about.schema.to_string()}</dd></div>
                <div><dt>"Kept"</dt><dd>{bodies} " Uploads, reports and the audit are kept for good."</dd></div>
            </dl>
            <div class="actions">
                <a class="button" href="/api/admin/diagnostics/" rel="external" download="passmuster-diagnostics.json" data-test="diagnostics">
                    "Download diagnostics"
                </a>
                <span class="hint">"Numbers and settings only: no name, no address, no secret."</span>
            </div>
        </section>
    }
}
