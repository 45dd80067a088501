//! One of several choices that each take a line of words.

use leptos::prelude::*;

/// A radio button with what it means.
#[component]
pub(crate) fn RadioOption(
    /// The name that all of the choice share.
    name: &'static str,
    /// Its value, unlike that of the others.
    #[prop(into)]
    value: String,
    /// What it is called.
    title: &'static str,
    /// What it means; blank: the title says it.
    #[prop(default = "")]
    hint: &'static str,
    /// Whether it is the chosen one.
    #[prop(into)]
    chosen: Signal<bool>,
    /// Called when it is chosen.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let hint = (!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> });
    view! {
        <label class="option">
            <input type="radio" name=name value=value prop:checked=move || chosen.get() on:change=move |_| on_choose.run(()) />
            <span><strong>{title}</strong>{hint}</span>
        </label>
    }
}
