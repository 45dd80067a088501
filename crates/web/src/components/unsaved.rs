//! What is not saved yet: a bar at the foot of the page, Ctrl+S, and a question before it would be lost.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use super::{
    button::{Button, Weight},
    confirm::Confirm,
};

/// The bar; draws nothing while everything is saved.
#[component]
pub(crate) fn UnsavedBar(
    /// What has changed, such as `Name and limits`; `None`: nothing.
    #[prop(into)]
    what: Signal<Option<String>>,
    /// Whether it is being saved.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Puts everything back as it was.
    #[prop(into)]
    on_discard: Callback<()>,
    /// Saves.
    #[prop(into)]
    on_save: Callback<()>,
) -> impl IntoView {
    let is_dirty = Memo::new(move |_| what.with(Option::is_some));
    let wanted = RwSignal::new(None::<String>);
    let unloading = window_event_listener(ev::beforeunload, move |event| {
        if is_dirty.get_untracked() {
            event.prevent_default();
        }
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_save = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("s");
        if is_save && is_dirty.get_untracked() {
            event.prevent_default();
            on_save.run(());
        }
    });
    // The router listens at the window, so that the document hears of a link first.
    let pressed = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(address) = link_to_follow(&event).filter(|_| is_dirty.get_untracked()) {
            event.prevent_default();
            wanted.set(Some(address));
        }
    });
    let page = document();
    // Adding and removing a listener can't fail.
    let _ = page.add_event_listener_with_callback("click", pressed.as_ref().unchecked_ref());
    let pressed = StoredValue::new_local(pressed);
    on_cleanup(move || {
        unloading.remove();
        keys.remove();
        pressed.with_value(|pressed| {
            let _ = document().remove_event_listener_with_callback("click", pressed.as_ref().unchecked_ref());
        });
    });
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        if let Some(address) = wanted.get_untracked() {
            wanted.set(None);
            on_discard.run(());
            navigate(&address, NavigateOptions::default());
        }
    });
    view! {
        <Show when=move || is_dirty.get()>
            <section class="unsaved" aria-label="Unsaved changes" data-test="unsaved">
                <p role="status">
                    <strong>"Not saved yet"</strong>
                    <span class="hint">{move || what.get()}</span>
                </p>
                <div class="actions">
                    <Button on_press=on_discard test="discard">"Discard"</Button>
                    <Button weight=Weight::Primary busy=busy on_press=on_save test="save-all">"Save"</Button>
                </div>
            </section>
        </Show>
        <Confirm
            open=Signal::derive(move || wanted.with(Option::is_some))
            on_cancel=Callback::new(move |()| wanted.set(None))
            on_confirm=leave
            title="Leave without saving?"
            verb="Leave without saving"
            cancel="Stay here"
            test="leave"
        >
            <p>{move || what.get().map(|what| format!("Not saved yet: {what}."))}</p>
        </Confirm>
    }
}

/// The address that a press on a link would lead to within the page.
fn link_to_follow(event: &MouseEvent) -> Option<String> {
    let is_plain =
        event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let element: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let stays =
        link.target().is_empty() && !link.has_attribute("download") && link.origin() == location().origin().ok()?;
    // A place on the same page loses nothing, whichever way its address is written.
    let plain = |path: String| js_sys::decode_uri_component(&path).map_or(path, String::from);
    let is_elsewhere = plain(link.pathname()) != plain(location().pathname().ok()?);
    (is_plain && stays && is_elsewhere).then(|| format!("{}{}", link.pathname(), link.search()))
}
