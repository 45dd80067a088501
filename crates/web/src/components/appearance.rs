//! Light or dark, to choose.

use leptos::prelude::*;

use crate::preferences::{Preferences, Theme};

/// The choice; it holds in this browser.
#[component]
pub(crate) fn Appearance() -> impl IntoView {
    let preferences = Preferences::here();
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.name() == name) {
            preferences.set_theme(theme);
        }
    };
    view! {
        <label class="appearance">
            <span>"Appearance"</span>
            <select data-test="appearance" on:change=choose prop:value=move || preferences.theme().name()>
                {Theme::ALL
                    .map(|theme| {
                        let is_chosen = move || preferences.theme() == theme;
                        view! { <option value=theme.name() selected=is_chosen>{theme.label()}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
