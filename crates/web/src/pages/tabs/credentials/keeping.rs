//! A dialog that holds a secret: closing it before the secret was put away asks once.

use leptos::prelude::*;
use passmuster_core::wire::integration::NewToken;

/// The secret, and whether it was put away.
#[derive(Clone, Copy)]
pub(super) struct Keeping {
    /// The token, while it is shown.
    pub(super) token: RwSignal<Option<NewToken>>,
    /// Whether it was put away, as the person says.
    pub(super) stored: RwSignal<bool>,
    /// Whether closing was tried before that.
    pub(super) warned: RwSignal<bool>,
}

impl Keeping {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Self {
            token: RwSignal::new(None),
            stored: RwSignal::new(false),
            warned: RwSignal::new(false),
        }
    }

    /// Shows a token.
    pub(super) fn show(self, token: NewToken) {
        self.stored.set(false);
        self.warned.set(false);
        self.token.set(Some(token));
    }

    /// Whether the dialog may close; the first time that it may not, it says why.
    pub(super) fn may_close(self) -> bool {
        let is_lost = self.token.with_untracked(Option::is_some) && !self.stored.get_untracked();
        if is_lost && !self.warned.get_untracked() {
            self.warned.set(true);
            return false;
        }
        true
    }
}
