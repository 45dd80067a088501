//! The field in which a cell of the grid is written: one, put into the cell as long as it is written in.

use leptos::{ev, prelude::*};
use web_sys::{HtmlElement, HtmlInputElement, wasm_bindgen::JsCast};

use super::grid_view::At;

/// Where the words stand that the field suggests.
pub(crate) const SUGGESTIONS: &str = "grid-suggestions";

/// What ended the writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Enter: on to the row below.
    Down,
    /// Tab: on to the next column, or back.
    Next(bool),
    /// Something else took the focus.
    Away,
    /// Escape: nothing is changed.
    Cancelled,
}

/// The field, while it is open.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    open: StoredValue<Option<(HtmlInputElement, At, String)>, LocalStorage>,
}

impl Editor {
    pub(super) fn new() -> Self {
        Self {
            open: StoredValue::new_local(None),
        }
    }

    /// Whether something is being written.
    pub(super) fn is_open(self) -> bool {
        self.open.with_value(Option::is_some)
    }

    /// Opens the field in a cell with the text that is in it, or with one in its place; `on_end` hears what ended it.
    pub(super) fn open(
        self,
        cell: &HtmlElement,
        at: At,
        label: &str,
        text: &str,
        typed: Option<&str>,
        on_end: Callback<End>,
    ) {
        let made = document().create_element("input").ok();
        let Some(input) = made.and_then(|made| made.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        input.set_class_name("grid-editor");
        input.set_value(typed.unwrap_or(text));
        // Attributes fail only for names that are none.
        let _ = input.set_attribute("aria-label", label);
        let _ = input.set_attribute("list", SUGGESTIONS);
        let _ = input.set_attribute("autocomplete", "off");
        let _ = input.set_attribute("spellcheck", "false");
        let keys = leptos::wasm_bindgen::closure::Closure::<dyn FnMut(ev::KeyboardEvent)>::new(
            move |event: ev::KeyboardEvent| {
                event.stop_propagation();
                let end = match event.key().as_str() {
                    "Enter" => End::Down,
                    "Tab" => End::Next(event.shift_key()),
                    "Escape" => End::Cancelled,
                    _ => return,
                };
                event.prevent_default();
                on_end.run(end);
            },
        );
        let away = leptos::wasm_bindgen::closure::Closure::<dyn FnMut(ev::FocusEvent)>::new(move |_| {
            on_end.run(End::Away);
        });
        input.set_onkeydown(Some(keys.as_ref().unchecked_ref()));
        input.set_onblur(Some(away.as_ref().unchecked_ref()));
        // They live as long as the field, of which the browser alone knows when it is gone.
        keys.forget();
        away.forget();
        self.open.set_value(Some((input.clone(), at, text.to_owned())));
        // Both fail only for elements that aren't in the page.
        let _ = cell.append_child(&input);
        let _ = input.focus();
        if typed.is_none() {
            input.select();
        }
    }

    /// Closes the field; gives back the cell and the text, if it is another one than before.
    pub(super) fn close(self) -> Option<(At, Option<String>)> {
        let mut taken = None;
        self.open.update_value(|open| taken = open.take());
        let (input, at, before) = taken?;
        let text = input.value();
        input.set_onblur(None);
        input.set_onkeydown(None);
        input.remove();
        Some((at, (text != before).then_some(text)))
    }
}
