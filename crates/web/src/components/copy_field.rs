//! A text that people take elsewhere: an address, a token, a line of a header.

use leptos::prelude::*;

use super::copy_button::CopyButton;

/// The text in monospace, with a button that copies it.
#[component]
pub(crate) fn CopyField(
    /// What it is.
    #[prop(into)]
    label: String,
    /// The text; may have several lines.
    #[prop(into)]
    value: String,
    /// Its name for tests.
    #[prop(optional)]
    test: Option<&'static str>,
    /// Called when it was copied.
    #[prop(default = Callback::new(|()| ()), into)]
    on_copied: Callback<()>,
) -> impl IntoView {
    let name = label.clone();
    let text = value.clone();
    view! {
        <div class="copy-field">
            <span class="label">{label}</span>
            <div class="copy-box">
                <code class="copy-text" tabindex="0" data-test=test>{value}</code>
                <CopyButton name=name text=text on_copied=on_copied />
            </div>
        </div>
    }
}
