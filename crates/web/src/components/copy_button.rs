//! A button that copies a text, and says so.

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::icon::{Icon, icon};
use crate::session::Shell;

/// The button; after copying it shows a tick until the text is another one.
#[component]
pub(crate) fn CopyButton(
    /// What is copied, for those who listen.
    #[prop(into)]
    name: String,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Called when it was copied.
    #[prop(optional, into)]
    on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let shell = Shell::here();
    let copied = RwSignal::new(None::<String>);
    let is_copied = Memo::new(move |_| copied.with(|copied| copied.as_ref() == Some(&text.get())));
    let spoken = name.clone();
    let copy = move |_| {
        let (text, name) = (text.get_untracked(), name.clone());
        spawn_local(async move {
            let done = JsFuture::from(window().navigator().clipboard().write_text(&text))
                .await
                .is_ok();
            shell.say(if done {
                format!("{name} copied")
            } else {
                "Copying was refused; select the text instead".into()
            });
            copied.try_set(done.then_some(text));
            if let Some(told) = on_copied.filter(|_| done) {
                told.run(());
            }
        });
    };
    view! {
        <button type="button" class="button quiet small copy-button" on:click=copy>
            {move || if is_copied.get() { icon(Icon::Tick) } else { icon(Icon::Copy) }}
            {move || if is_copied.get() { "Copied" } else { "Copy" }}
            <span class="visually-hidden">" "{spoken}</span>
        </button>
    }
}
