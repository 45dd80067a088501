//! A text that people take elsewhere: an address, a token, a command.

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::icon::{Icon, icon};
use crate::session::Shell;

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
) -> impl IntoView {
    let shell = Shell::here();
    let copied = RwSignal::new(false);
    let name = label.clone();
    let text = value.clone();
    let copy = move |_| {
        let (text, name) = (text.clone(), name.clone());
        spawn_local(async move {
            let done = JsFuture::from(window().navigator().clipboard().write_text(&text))
                .await
                .is_ok();
            copied.set(done);
            shell.say(if done {
                format!("{name} copied")
            } else {
                "Copying was refused; select the text instead".into()
            });
        });
    };
    view! {
        <div class="copy-field">
            <span class="label">{label}</span>
            <div class="copy-box">
                <code class="copy-text" tabindex="0" data-test=test>{value}</code>
                <button type="button" class="button quiet" on:click=copy>
                    {move || if copied.get() { icon(Icon::Tick) } else { icon(Icon::Copy) }}
                    {move || if copied.get() { "Copied" } else { "Copy" }}
                </button>
            </div>
        </div>
    }
}
