//! Which users of a list are chosen: some of a page, or all that match, for as long as the list is narrowed to the same.

use std::collections::BTreeSet;

use leptos::prelude::*;
use passmuster_core::wire::people::{BulkEdit, BulkValues, Status, UserFilter};

/// The choice of one list.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Selection {
    /// What the list was narrowed to when it was made, and the choice.
    chosen: RwSignal<(String, Chosen)>,
    /// What the list is narrowed to now.
    list: Memo<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Chosen {
    Some(BTreeSet<String>),
    All,
}

impl Selection {
    /// Nobody; `list` says what the list is narrowed to.
    pub(in crate::pages) fn new(list: Memo<String>) -> Self {
        Self {
            chosen: RwSignal::new((String::new(), Chosen::Some(BTreeSet::new()))),
            list,
        }
    }

    fn now(self) -> Chosen {
        let list = self.list.get();
        self.chosen.with(|(of, chosen)| {
            if *of == list {
                chosen.clone()
            } else {
                Chosen::Some(BTreeSet::new())
            }
        })
    }

    /// Whether this user is chosen.
    pub(in crate::pages) fn has(self, email: &str) -> bool {
        match self.now() {
            Chosen::All => true,
            Chosen::Some(emails) => emails.contains(email),
        }
    }

    /// Whether all that match are.
    pub(in crate::pages) fn is_all(self) -> bool {
        self.now() == Chosen::All
    }

    /// How many are chosen, of so many that match.
    pub(in crate::pages) fn count(self, total: u64) -> u64 {
        match self.now() {
            Chosen::All => total,
            Chosen::Some(emails) => emails.len() as u64,
        }
    }

    /// Chooses some users, or leaves them out again.
    pub(in crate::pages) fn set(self, some: &[String], is_in: bool) {
        let list = self.list.get_untracked();
        let mut emails = match untrack(|| self.now()) {
            Chosen::All => BTreeSet::new(),
            Chosen::Some(emails) => emails,
        };
        for email in some {
            if is_in {
                emails.insert(email.clone());
            } else {
                emails.remove(email);
            }
        }
        self.chosen.set((list, Chosen::Some(emails)));
    }

    /// Chooses all that match.
    pub(in crate::pages) fn take_all(self) {
        self.chosen.set((self.list.get_untracked(), Chosen::All));
    }

    /// Chooses nobody.
    pub(in crate::pages) fn clear(self) {
        self.chosen.set((String::new(), Chosen::Some(BTreeSet::new())));
    }

    /// One change for all who are chosen; `asked` are the words of the list's request.
    pub(in crate::pages) fn edit(self, asked: &[(&'static str, String)], set: BulkValues) -> BulkEdit {
        match untrack(|| self.now()) {
            Chosen::Some(emails) => BulkEdit {
                emails: emails.into_iter().collect(),
                filter: None,
                set,
            },
            Chosen::All => BulkEdit {
                emails: Vec::new(),
                filter: Some(filter_of(asked)),
                set,
            },
        }
    }
}

fn filter_of(asked: &[(&'static str, String)]) -> UserFilter {
    let of = |key: &str| {
        let found = asked.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    UserFilter {
        search: of("search"),
        status: match of("status").as_str() {
            "active" => Some(Status::Active),
            "deactivated" => Some(Status::Deactivated),
            _ => None,
        },
        group_type: of("group_type"),
        group: of("group"),
        manages: of("manages"),
        manager: of("manager"),
        group_manager: of("group_manager"),
        upload: of("upload"),
        administers: of("administers") == "true",
    }
}
