//! Active users whose name, address or username has a text in it, asked for while it is typed.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{api, components::proposals::People};

/// How many are proposed.
const MOST: &str = "10";
/// How long nothing more is typed before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);

/// One search.
#[derive(Clone, Copy)]
pub(in crate::pages) struct PersonSearch {
    /// Who was found last.
    pub(in crate::pages) found: RwSignal<People>,
    /// Counts what was typed: only the last of it is asked for.
    typed: StoredValue<u32>,
}

impl PersonSearch {
    /// A search that has found nobody yet.
    pub(in crate::pages) fn new() -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            typed: StoredValue::new(0),
        }
    }

    /// Looks for a text, unless more is typed at once.
    pub(in crate::pages) fn seek(self, text: String) {
        let text = text.trim().to_owned();
        let turn = self.typed.get_value() + 1;
        self.typed.set_value(turn);
        if text.is_empty() {
            self.found.set(Vec::new());
            return;
        }
        let is_last = move || self.typed.try_get_value() == Some(turn);
        let ask = move || {
            if is_last() {
                spawn_local(async move {
                    let words = [("search", text.as_str()), ("status", "active"), ("limit", MOST)];
                    if let (Ok(list), true) = (api::users(&words).await, is_last()) {
                        let people = list.users.into_iter();
                        let people = people.map(|user| (user.email, format!("{} {}", user.first_name, user.last_name)));
                        self.found.try_set(people.collect());
                    }
                });
            }
        };
        set_timeout(ask, PAUSE);
    }
}
