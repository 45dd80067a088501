//! A dialog, by the browser's own `<dialog>`: it keeps the focus and gives it back.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::unique::unique;

/// A modal dialog that is open while `open` is. What has `autofocus` in it gets the focus: Cancel, where the act is one to
/// think about.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it is closed, by Escape too.
    #[prop(into)]
    on_close: Callback<()>,
    /// Asked before Escape closes it; `false` keeps it open.
    #[prop(optional, into)]
    may_close: Option<Callback<(), bool>>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is for something that needs room.
    #[prop(optional)]
    wide: bool,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get() {
            if open.get() {
                // Fails only if it is open already.
                let _ = dialog.show_modal();
                // With the next frame: what it holds is drawn by then.
                request_animation_frame(move || {
                    let wanted = dialog.query_selector("[autofocus]").ok().flatten();
                    if let Some(wanted) = wanted.and_then(|wanted| wanted.dyn_into::<HtmlElement>().ok()) {
                        // Fails only for elements that can't take the focus.
                        let _ = wanted.focus();
                    }
                });
            } else {
                dialog.close();
            }
        }
    });
    let id = unique("dialog");
    let heading = id.clone();
    view! {
        <dialog
            node_ref=element
            class="dialog"
            class:wide=wide
            aria-labelledby=heading
            on:cancel=move |event: ev::Event| {
                if may_close.is_some_and(|may_close| !may_close.run(())) {
                    event.prevent_default();
                }
            }
            on:close=move |_| on_close.run(())
        >
            <h2 id=id>{title}</h2>
            {move || open.get().then(|| children())}
        </dialog>
    }
}
