//! What the columns of the file mean: the choices that make a mapping.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    group::{AttributeType, GroupType, IntegrationIdType, slug_of},
    mapping::{ApiField, FileFormat, Mapping},
    plan::NewGroup,
    preview::Preview,
};

use super::{Flow, Thing};
use crate::{
    api::{self, Answer},
    pages::flow::draft::{Draft, same},
};

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
        let mut draft = self
            .preview
            .with_untracked(|preview| preview.as_ref().map(|preview| self.fresh_draft(preview)));
        if let Some(draft) = &mut draft {
            draft.set_delimiter(self.delimiter.get_untracked());
        }
        self.draft.set(draft);
        self.noted.set(None);
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
        self.forget_values_of(index);
        // Another column may get another target by this.
        if let Some(other) = self.column_of(target.as_ref()) {
            self.forget_values_of(other);
        }
        let moved = self
            .change_draft(|draft, saved| draft.choose(index, target.clone(), saved))
            .flatten();
        let words = moved.zip(target).map(|((from, swapped), target)| {
            let label = target.label();
            match swapped {
                Some(swapped) => format!(
                    "Swapped: {label} is read here now, and {} from column {from}.",
                    swapped.label()
                ),
                None => format!("{label} was moved here from column {from}, which is not used any more."),
            }
        });
        if let Some(words) = &words {
            self.shell.say(words.clone());
        }
        self.noted.set(words);
    }

    /// The column that a target is chosen for.
    pub(super) fn column_of(self, target: Option<&Target>) -> Option<usize> {
        self.draft.with_untracked(|draft| {
            let mut columns = draft.as_ref()?.columns.iter();
            columns.position(|row| row.field.as_ref().is_some_and(|field| Some(&field.target) == target))
        })
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

    /// Takes a group that exists wherever the file names one that would be new, and plans anew.
    pub(crate) fn use_existing(self, group: &NewGroup, existing: &str) {
        self.change_draft(|draft, _| draft.rename_group(group, existing));
        self.shell
            .say(format!("{} means {existing} now; planning anew", group.name));
        self.check_and_plan();
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

    /// Saves the choices as the integration's mapping; every upload by token is read by it from then on.
    pub(crate) async fn save_mapping(self) -> Answer<()> {
        let (Some(integration), Some(mapping)) = (self.integration(), self.mapping()) else {
            return Ok(());
        };
        api::save_mapping(&integration, &mapping).await?;
        self.saved.set(Some(mapping));
        self.shell.say("The mapping is saved");
        Ok(())
    }

    /// Lets the integration take files of another format, and reads the file again.
    pub(crate) async fn switch_format(self, format: FileFormat) -> Answer<()> {
        let (Some(integration), Some(mut mapping)) = (self.integration(), self.saved.get_untracked()) else {
            return Ok(());
        };
        mapping.file_format = format;
        mapping.delimiter = None;
        api::save_mapping(&integration, &mapping).await?;
        self.saved.set(Some(mapping));
        self.shell.say(format!(
            "The integration takes {} now",
            format.as_str().to_ascii_uppercase()
        ));
        self.read();
        Ok(())
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
