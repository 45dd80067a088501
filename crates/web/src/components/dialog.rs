//! A dialog, by the browser's own `<dialog>`: it keeps the focus and gives it back.

use leptos::{html, prelude::*};

/// A modal dialog that is open while `open` is.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it is closed, by Escape too.
    #[prop(into)]
    on_close: Callback<()>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get() {
            if open.get() {
                // Fails only if it is open already.
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    view! {
        <dialog node_ref=element class="dialog" aria-labelledby="dialog-title" on:close=move |_| on_close.run(())>
            <h2 id="dialog-title">{title}</h2>
            {move || open.get().then(|| children())}
        </dialog>
    }
}
