//! What a card of a user is made of: fields that each know their part of an edit, and saving one card at a time.

use std::sync::Arc;

use leptos::prelude::*;
use passmuster_core::{
    user::User,
    wire::{directory::UserEdit, people::Origins},
};

use super::{act::Act, planning::Planner};
use crate::components::value_field::Entry;

/// Puts what was typed into an edit.
type Put = Arc<dyn Fn(&mut UserEdit, String) + Send + Sync>;

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
    /// The card that was saved last, or is being saved.
    pub(in crate::pages) saving: RwSignal<&'static str>,
    /// How often something was saved, with the card.
    pub(in crate::pages) saved: RwSignal<(u32, &'static str)>,
}

impl Cards {
    /// Counts how often this card was saved.
    pub(in crate::pages) fn version_of(self, card: &'static str) -> Memo<u32> {
        Memo::new(move |before: Option<&u32>| {
            let (count, of) = self.saved.get();
            if of == card {
                count
            } else {
                before.copied().unwrap_or_default()
            }
        })
    }

    /// Saves what a card says.
    pub(in crate::pages) fn save(self, card: &'static str, edit: UserEdit) {
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
