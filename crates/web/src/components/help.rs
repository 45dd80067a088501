//! The panel with the help text of the page, which opens at the same place on every page.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    button::Button,
    icon::{Icon, icon},
};
use crate::help::topic;

/// The button that opens it.
#[component]
pub(crate) fn HelpButton(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whether it stands in the menu.
    #[prop(optional)]
    in_menu: bool,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=if in_menu { "menu-link help-button" } else { "button quiet help-button" }
            aria-expanded=move || open.get().to_string()
            aria-controls="help"
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {icon(Icon::Help)}
            "Help"
        </button>
    }
}

/// The panel.
#[component]
pub(crate) fn HelpPanel(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Shows the keyboard shortcuts.
    #[prop(into)]
    on_shortcuts: Callback<()>,
) -> impl IntoView {
    let path = use_location().pathname;
    let heading = NodeRef::<html::H2>::new();
    let opener = StoredValue::new_local(None::<web_sys::HtmlElement>);
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if now && was == Some(false) {
            use web_sys::wasm_bindgen::JsCast;
            opener.set_value(document().active_element().and_then(|element| element.dyn_into().ok()));
            if let Some(heading) = heading.get() {
                // Fails only for elements that can't take the focus.
                let _ = heading.focus();
            }
        } else if was == Some(true)
            && !now
            && let Some(opener) = opener.get_value()
        {
            let _ = opener.focus();
        }
        now
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        let dialog = document().query_selector("dialog[open]");
        if event.key() == "Escape" && open.get_untracked() && matches!(dialog, Ok(None)) {
            open.set(false);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <aside id="help" class="help" aria-label="Help" hidden=move || !open.get()>
            <div class="help-head">
                <h2 tabindex="-1" node_ref=heading>{move || topic(&path.get()).title}</h2>
                <button type="button" class="button quiet" aria-label="Close the help" on:click=move |_| open.set(false)>
                    {icon(Icon::Close)}
                </button>
            </div>
            {move || {
                topic(&path.get())
                    .said
                    .iter()
                    .map(|(term, text)| {
                        view! {
                            <section>
                                <h3>{*term}</h3>
                                <p>{*text}</p>
                            </section>
                        }
                    })
                    .collect_view()
            }}
            <Button on_press=move |()| on_shortcuts.run(())>"Keyboard shortcuts"</Button>
        </aside>
    }
}
