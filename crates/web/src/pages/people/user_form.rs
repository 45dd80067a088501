//! What a card of a user is made of: fields that each know their part of an edit, and saving one card at a time.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use passmuster_core::{
    user::User,
    wire::{directory::UserEdit, people::Origins},
};

use super::{act::Act, planning::Planner};
use crate::components::value_field::Entry;

/// Puts what was typed into an edit.
type Put = Arc<dyn Fn(&mut UserEdit, String) + Send + Sync>;

/// The card that stands for all that have changes, where they are saved at once.
pub(in crate::pages) const ALL: &str = "changes";

/// Another text for a field, not saved yet.
#[derive(Clone)]
pub(in crate::pages) struct Typed {
    /// The card that the field stands on.
    card: &'static str,
    /// The text.
    text: String,
    /// Says it in an edit.
    put: Put,
}

/// One value of a user.
#[derive(Clone)]
pub(in crate::pages) struct Field {
    /// Its key in the record of an edit, such as `groups.Team`: what an error names.
    pub(in crate::pages) key: String,
    /// The target's code, such as `group_membership:Team`: what the audit names.
    pub(in crate::pages) target: String,
    /// Its label.
    pub(in crate::pages) label: String,
    /// As it is now.
    pub(in crate::pages) before: String,
    /// How it is typed or chosen.
    pub(in crate::pages) entry: Entry,
    /// What to know before changing it.
    pub(in crate::pages) hint: Option<&'static str>,
    /// Says it in an edit.
    pub(in crate::pages) put: Put,
}

impl Field {
    /// A field without a hint.
    pub(in crate::pages) fn new(
        key: &str,
        target: &str,
        label: &str,
        before: &str,
        entry: Entry,
        put: impl Fn(&mut UserEdit, String) + Send + Sync + 'static,
    ) -> Self {
        Self {
            key: key.to_owned(),
            target: target.to_owned(),
            label: label.to_owned(),
            before: before.to_owned(),
            entry,
            hint: None,
            put: Arc::new(put),
        }
    }

    /// With what to know before.
    pub(in crate::pages) fn with_hint(self, hint: &'static str) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }
}

/// The cards of one user.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Cards {
    /// As the directory has them now.
    pub(in crate::pages) user: RwSignal<User>,
    /// Where what they have came from.
    pub(in crate::pages) origins: RwSignal<Origins>,
    /// Does what a card says.
    pub(in crate::pages) planner: Planner,
    /// What was typed and is not saved, by the field's key.
    pub(in crate::pages) typed: RwSignal<BTreeMap<String, Typed>>,
    /// The card that was saved last, or is being saved.
    pub(in crate::pages) saving: RwSignal<&'static str>,
    /// How often something was saved, with the card.
    pub(in crate::pages) saved: RwSignal<(u32, &'static str)>,
}

/// Forgets what was typed into the card that was just saved.
pub(in crate::pages) fn forget_saved(typed: RwSignal<BTreeMap<String, Typed>>, saved: &'static str) {
    typed.try_update(|typed| typed.retain(|_, typed| saved != ALL && typed.card != saved));
}

impl Cards {
    /// Counts how often this card was saved.
    pub(in crate::pages) fn version_of(self, card: &'static str) -> Memo<u32> {
        Memo::new(move |before: Option<&u32>| {
            let (count, of) = self.saved.get();
            if of == card || of == ALL {
                count
            } else {
                before.copied().unwrap_or_default()
            }
        })
    }

    /// What a field says: what was typed, else what is saved.
    pub(in crate::pages) fn text_of(self, field: &Field) -> Signal<String> {
        let (key, before) = (field.key.clone(), field.before.clone());
        Signal::derive(move || {
            let typed = self.typed.with(|typed| typed.get(&key).map(|typed| typed.text.clone()));
            typed.unwrap_or_else(|| before.clone())
        })
    }

    /// Takes what was typed into a field of a card.
    pub(in crate::pages) fn take(self, card: &'static str, field: &Field, text: String) {
        self.typed.update(|typed| {
            if text == field.before {
                typed.remove(&field.key);
            } else {
                let put = Arc::clone(&field.put);
                typed.insert(field.key.clone(), Typed { card, text, put });
            }
        });
    }

    /// The cards with changes that are not saved, such as `Profile, Groups`.
    pub(in crate::pages) fn unsaved(self) -> Option<String> {
        let mut cards: Vec<&str> = self
            .typed
            .with(|typed| typed.values().map(|typed| typed.card).collect());
        cards.sort_unstable();
        cards.dedup();
        (!cards.is_empty()).then(|| cards.join(", "))
    }

    /// Whether it is this card that is being saved, or was saved last.
    pub(in crate::pages) fn is_saving(self, card: &'static str) -> bool {
        let saving = self.saving.get();
        saving == card || saving == ALL
    }

    /// Saves what was typed into a card, or into all.
    pub(in crate::pages) fn save(self, card: &'static str) {
        let mut edit = UserEdit::default();
        self.typed.with_untracked(|typed| {
            for typed in typed.values().filter(|typed| card == ALL || typed.card == card) {
                (typed.put)(&mut edit, typed.text.clone());
            }
        });
        self.saving.set(card);
        let (email, name) = self
            .user
            .with_untracked(|user| (user.email.clone(), format!("{} {}", user.first_name, user.last_name)));
        self.planner.save(
            Act::Edit(email, Box::new(edit)),
            format!("Save {card} of {name}?"),
            "Save",
        );
    }
}
