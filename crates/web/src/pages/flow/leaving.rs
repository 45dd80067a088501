//! Asks before a file that is open is lost: on leaving by a link, by Back, by closing or reloading the window.
//!
//! Looking at another tab of the same integration loses nothing and asks nothing.

use js_sys::Reflect;
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, EventTarget, HtmlAnchorElement, MouseEvent};

use super::state::Flow;
use crate::{
    components::{
        button::{Button, Weight},
        dialog::Dialog,
    },
    page::{Page, Tab},
};

/// Where somebody wants to go.
#[derive(Debug, Clone, PartialEq)]
enum Way {
    /// To an address of this page.
    To(String),
    /// Back, or forward.
    Back,
}

/// Watches over the file of a flow.
#[component]
pub(crate) fn LeaveGuard(flow: Flow) -> impl IntoView {
    let asked = RwSignal::new(None::<Way>);
    let unloading = window_event_listener(ev::beforeunload, move |event| {
        if flow.has_work() {
            event.prevent_default();
        }
    });
    // Before the router takes the click.
    let links = Listener::on(document().as_ref(), "click", true, move |event| {
        if let Some(address) = leads_away(flow, event)
            && flow.has_work()
        {
            event.prevent_default();
            event.stop_propagation();
            asked.set(Some(Way::To(address)));
        }
    });
    // Browsers that let nobody hold Back have no such object; there, Back leaves without a word.
    let navigation = Reflect::get(&window(), &JsValue::from_str("navigation")).ok();
    let back = navigation
        .and_then(|navigation| navigation.dyn_into::<EventTarget>().ok())
        .map(|navigation| {
            Listener::on(&navigation, "navigate", false, move |event| {
                if flow.has_work() && goes_back_from(flow, event) && event.cancelable() {
                    event.prevent_default();
                    asked.set(Some(Way::Back));
                }
            })
        });
    let listeners = StoredValue::new_local(Some((links, back)));
    on_cleanup(move || {
        unloading.remove();
        listeners.try_update_value(Option::take);
    });
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        let way = asked.get_untracked();
        asked.set(None);
        flow.close();
        match way {
            Some(Way::To(address)) => navigate(&address, leptos_router::NavigateOptions::default()),
            Some(Way::Back) => {
                // Fails only where there is nothing to go back to.
                let _ = window().history().and_then(|history| history.back());
            }
            None => {}
        }
    });
    let name = move || {
        flow.chosen
            .with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default())
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            on_close=move |()| asked.set(None)
            title="Leave without the file?"
        >
            <div class="stack" data-test="leave">
                <p>
                    <strong class="cell-text">{name}</strong>
                    " and all choices made for it are only in this page. Leaving forgets them; nothing was loaded."
                </p>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| asked.set(None)) focus=true test="stay">"Stay here"</Button>
                    <Button weight=Weight::Danger on_press=leave test="leave-now">"Leave and forget the file"</Button>
                </div>
            </div>
        </Dialog>
    }
}

/// The address of this page that a click leads to, if it takes the flow away.
fn leads_away(flow: Flow, event: &Event) -> Option<String> {
    let click: &MouseEvent = event.dyn_ref()?;
    if click.button() != 0 || click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key() {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    let is_elsewhere = !link.target().is_empty() || link.has_attribute("download");
    if is_elsewhere || link.origin() != window().location().origin().ok()? || link.pathname().starts_with("/api/") {
        return None;
    }
    let address = format!("{}{}{}", link.pathname(), link.search(), link.hash());
    (!keeps(flow, &link.pathname())).then_some(address)
}

/// Whether a `navigate` event goes through the history to a page without the flow.
fn goes_back_from(flow: Flow, event: &Event) -> bool {
    let text = |object: &JsValue, name: &str| {
        Reflect::get(object, &JsValue::from_str(name))
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    };
    let address = Reflect::get(event, &JsValue::from_str("destination"))
        .map(|destination| text(&destination, "url"))
        .unwrap_or_default();
    let path = web_sys::Url::new(&address).map(|address| address.pathname());
    text(event, "navigationType") == "traverse" && path.is_ok_and(|path| !keeps(flow, &path))
}

/// Whether the flow is kept at an address: at all tabs of its own integration, or where nothing is sent.
fn keeps(flow: Flow, path: &str) -> bool {
    match flow.integration() {
        Some(id) => Tab::ALL
            .into_iter()
            .any(|tab| Page::Integration(id.clone(), tab).path() == path),
        None => Page::Check.path() == path,
    }
}

/// A listener that is taken off when it is dropped.
struct Listener {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    act: Closure<dyn FnMut(Event)>,
}

impl Listener {
    fn on(target: &EventTarget, name: &'static str, capture: bool, mut act: impl FnMut(&Event) + 'static) -> Self {
        let act = Closure::<dyn FnMut(Event)>::new(move |event: Event| act(&event));
        // Adding a listener fails for no target.
        let _ = target.add_event_listener_with_callback_and_bool(name, act.as_ref().unchecked_ref(), capture);
        Self {
            target: target.clone(),
            name,
            capture,
            act,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let (act, capture) = (self.act.as_ref().unchecked_ref(), self.capture);
        // Nor does taking it off.
        let _ = self
            .target
            .remove_event_listener_with_callback_and_bool(self.name, act, capture);
    }
}
