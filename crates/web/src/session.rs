//! Who is signed in, for the whole page, and what the page says aloud.

use leptos::prelude::*;
use passmuster_core::{permission::Permission, wire::session::Session};

/// What is known of who is signed in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    /// The server was not asked yet.
    Unknown,
    /// Nobody.
    Nobody,
    /// The server can't be reached.
    Unreachable,
    /// This person.
    Person(Session),
}

/// The page's own state, given to every component by context.
#[derive(Clone, Copy)]
pub(crate) struct Shell {
    /// Who is signed in.
    pub(crate) who: RwSignal<Who>,
    /// What the polite live region says.
    pub(crate) said: RwSignal<String>,
    /// Whether the next page is the first one, whose heading doesn't take the focus.
    pub(crate) first_page: StoredValue<bool>,
}

impl Shell {
    /// Makes the state and gives it to all below.
    pub(crate) fn provide() -> Self {
        let shell = Self {
            who: RwSignal::new(Who::Unknown),
            said: RwSignal::new(String::new()),
            first_page: StoredValue::new(true),
        };
        provide_context(shell);
        shell
    }

    /// The state, from anywhere on the page.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Says something to those who listen to the page.
    pub(crate) fn say(self, text: impl Into<String>) {
        self.said.set(text.into());
    }

    /// The person's name and address, when someone is signed in.
    pub(crate) fn person(self) -> Option<Session> {
        match self.who.get() {
            Who::Person(session) => Some(session),
            _ => None,
        }
    }

    /// Whether the person has a permission.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.who.with(|who| match who {
            Who::Person(session) => session.permissions.contains(&permission),
            _ => false,
        })
    }
}
