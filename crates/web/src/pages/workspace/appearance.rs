//! How the page looks and listens in this browser.

use leptos::prelude::*;

use crate::{
    preferences::{Preferences, Theme},
    session::Shell,
};

/// The card.
#[component]
pub(in crate::pages) fn AppearanceCard() -> impl IntoView {
    let shell = Shell::here();
    let preferences = Preferences::here();
    let options = Theme::ALL
        .map(|theme| {
            let choose = move |_| {
                preferences.set_theme(theme);
                shell.say(format!("Colours: {}", theme.label()));
            };
            view! {
                <label class="option">
                    <input
                        type="radio"
                        name="theme"
                        value=theme.name()
                        prop:checked=move || preferences.theme() == theme
                        on:change=choose
                    />
                    <span>{theme.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="card stack" data-test="card-appearance">
            <h2 id="appearance">"Appearance and keyboard"</h2>
            <p class="hint">"For you in this browser; it takes effect at once."</p>
            <fieldset class="options theme-options"><legend>"Colours"</legend>{options}</fieldset>
            <label class="option">
                <input
                    type="checkbox"
                    name="shortcuts"
                    prop:checked=move || preferences.single_keys()
                    on:change=move |event| preferences.set_single_keys(event_target_checked(&event))
                />
                <span>
                    <strong>"Single-key shortcuts"</strong>
                    <span class="hint">
                        "Such as / to search and ? for the list of all. Switch them off if you speak to your computer, or press keys by accident."
                    </span>
                </span>
            </label>
        </section>
    }
}
