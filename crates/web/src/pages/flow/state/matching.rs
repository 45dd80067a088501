//! What the columns of the file mean: the choices that make a mapping.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    group::{AttributeType, GroupType, IntegrationIdType, slug_of},
    mapping::{ApiField, Mapping},
    preview::Preview,
};

use super::{Flow, Thing};
use crate::pages::flow::draft::{Draft, same};

impl Flow {
    pub(super) fn fresh_draft(self, preview: &Preview) -> Draft {
        self.saved.with_untracked(|saved| {
            self.catalog
                .with_untracked(|catalog| Draft::begin(preview, saved.as_ref(), catalog))
        })
    }

    /// Takes all choices back to what the saved mapping and the names say.
    pub(crate) fn reset_draft(self) {
        self.before.set_value(None);
        let draft = self
            .preview
            .with_untracked(|preview| preview.as_ref().map(|preview| self.fresh_draft(preview)));
        self.draft.set(draft);
        self.forget_check();
        self.shell.say("The columns are matched as they were at first");
    }

    /// Uses a mapping file in the place of a saved mapping.
    pub(crate) fn use_mapping(self, mapping: Mapping) {
        self.before.set_value(None);
        self.saved.set(Some(mapping));
        if self.draft.with_untracked(Option::is_some) {
            self.reset_draft();
        }
    }

    /// Chooses a target for a column.
    pub(crate) fn choose(self, index: usize, target: Option<Target>) {
        let moved = self
            .change_draft(|draft, saved| draft.choose(index, target.clone(), saved))
            .flatten();
        if let (Some(from), Some(target)) = (moved, target) {
            self.shell
                .say(format!("{} was moved here from column {from}", target.label()));
        }
    }

    /// Names something that the workspace will have, where no workspace can be asked.
    pub(crate) fn define(self, thing: Thing, name: &str) {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return;
        }
        self.catalog.update(|catalog| match thing {
            Thing::GroupType => catalog.group_types.push(GroupType {
                name,
                groups: Vec::new(),
            }),
            Thing::IntegrationId => catalog.integration_ids.push(IntegrationIdType {
                slug: slug_of(&name),
                name,
            }),
            Thing::Attribute => catalog.attributes.push(AttributeType {
                name,
                ..AttributeType::default()
            }),
        });
        let catalog = self.catalog.get_untracked();
        self.change_draft(|draft, saved| draft.suggest_again(saved, &catalog));
        self.shell.say("The field can be chosen now");
    }

    /// Changes a column's policies.
    pub(crate) fn set_policies(self, index: usize, field: ApiField) {
        self.change_draft(|draft, _| draft.set_policies(index, field));
    }

    /// Accepts all suggestions.
    pub(crate) fn accept_all(self) {
        self.change_draft(|draft, saved| draft.accept_all(saved));
        self.shell.say("All suggestions accepted");
    }

    pub(super) fn change_draft<T>(self, change: impl FnOnce(&mut Draft, Option<&Mapping>) -> T) -> Option<T> {
        let saved = self.saved.get_untracked();
        let mut changed = None;
        self.draft
            .update(|draft| changed = draft.as_mut().map(|draft| change(draft, saved.as_ref())));
        self.forget_check();
        changed
    }

    /// The mapping that the choices make.
    pub(crate) fn mapping(self) -> Option<Mapping> {
        self.draft.with_untracked(|draft| draft.as_ref().map(Draft::mapping))
    }

    /// Whether the choices differ from the saved mapping.
    pub(crate) fn differs(self) -> bool {
        self.draft.with(|draft| {
            self.saved.with(|saved| match (draft, saved) {
                (Some(draft), Some(saved)) => !same(&draft.mapping(), saved),
                _ => false,
            })
        })
    }
}
