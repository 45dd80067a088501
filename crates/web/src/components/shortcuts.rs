//! Keys that lead somewhere from every page, and the dialog that lists them.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::{Element, HtmlElement, KeyboardEvent, wasm_bindgen::JsCast};

use super::{button::Button, dialog::Dialog};
use crate::{
    page::Page,
    preferences::Preferences,
    session::{Shell, Who},
};

/// Where `g` and another key lead.
const PLACES: [(&str, Page); 5] = [
    ("u", Page::Users),
    ("g", Page::Groups),
    ("i", Page::Integrations),
    ("a", Page::Audit),
    ("s", Page::Settings),
];

/// How long after `g` the other key may come, in milliseconds.
const PATIENCE: f64 = 1500.0;

/// Listens to the keys; shows the list while `open` is.
#[component]
pub(crate) fn Shortcuts(
    /// Whether the list is shown.
    open: RwSignal<bool>,
    /// Shows the help of the page.
    #[prop(into)]
    on_help: Callback<()>,
) -> impl IntoView {
    let (shell, preferences) = (Shell::here(), Preferences::here());
    let navigate = use_navigate();
    let began = StoredValue::new(f64::NEG_INFINITY);
    let keys = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.default_prevented() || event.alt_key() {
            return;
        }
        let key = event.key();
        if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("s") {
            if save_here() {
                event.prevent_default();
            }
            return;
        }
        let is_single = !event.ctrl_key() && !event.meta_key() && untrack(|| preferences.single_keys());
        if !is_single || is_typing() || is_dialog_open() {
            return;
        }
        let goes_on = event.time_stamp() - began.get_value() < PATIENCE;
        began.set_value(f64::NEG_INFINITY);
        if goes_on {
            let may_see = |page: &Page| {
                shell.who.with_untracked(|who| match who {
                    Who::Person(session) => page.permissions().iter().any(|one| session.permissions.contains(one)),
                    _ => false,
                })
            };
            if let Some((_, page)) = PLACES.iter().find(|(place, page)| *place == key && may_see(page)) {
                event.prevent_default();
                navigate(&page.path(), NavigateOptions::default());
            }
            return;
        }
        match key.as_str() {
            "g" => began.set_value(event.time_stamp()),
            "?" => {
                event.prevent_default();
                open.set(true);
            }
            "h" => {
                event.prevent_default();
                on_help.run(());
            }
            "/" => {
                if let Ok(Some(search)) = document().query_selector("main input[type='search']")
                    && let Ok(search) = search.dyn_into::<HtmlElement>()
                {
                    event.prevent_default();
                    // Fails only for elements that can't take the focus.
                    let _ = search.focus();
                }
            }
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    let off = move || !preferences.single_keys();
    view! {
        <Dialog open=open on_close=move || open.set(false) title="Keyboard shortcuts">
            <div class="stack-small">
                <dl class="keys">
                    <Key keys=&["/"] does="Search" />
                    <Key keys=&["g", "u"] does="Users" />
                    <Key keys=&["g", "g"] does="Groups" />
                    <Key keys=&["g", "i"] does="Integrations" />
                    <Key keys=&["g", "a"] does="Audit" />
                    <Key keys=&["g", "s"] does="Settings" />
                    <Key keys=&["Ctrl", "S"] does="Save the card that you are in" />
                    <Key keys=&["h"] does="Help with this page" />
                    <Key keys=&["?"] does="This list" />
                    <Key keys=&["Esc"] does="Close what is on top" />
                </dl>
                <p class="hint">"Check and fix has keys of its own: they are listed above its rows."</p>
                <label class="option">
                    <input
                        type="checkbox"
                        prop:checked=move || !off()
                        on:change=move |event| preferences.set_single_keys(event_target_checked(&event))
                    />
                    "Single keys do something"
                </label>
                <div class="actions">
                    <Button on_press=move |()| open.set(false)>"Close"</Button>
                </div>
            </div>
        </Dialog>
    }
}

#[component]
fn Key(keys: &'static [&'static str], does: &'static str) -> impl IntoView {
    view! {
        <div>
            <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
            <dd>{does}</dd>
        </div>
    }
}

fn focused() -> Option<Element> {
    document().active_element()
}

/// Whether a key is a letter of a text, or moves in a grid.
fn is_typing() -> bool {
    focused().is_some_and(|element| {
        element
            .closest("input, select, textarea, [contenteditable], [role='grid'], [role='listbox']")
            .is_ok_and(|found| found.is_some())
    })
}

fn is_dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .is_ok_and(|dialog| dialog.is_some())
}

/// Presses the button that saves the form with the focus.
fn save_here() -> bool {
    let form = focused().and_then(|element| element.closest("form").ok().flatten());
    let button = form.and_then(|form| form.query_selector("button[type='submit']").ok().flatten());
    match button.map(|button| button.dyn_into::<HtmlElement>()) {
        Some(Ok(button)) => {
            button.click();
            true
        }
        _ => false,
    }
}
