//! What the values of columns mean, where a field takes only certain words: asked of the worker, which has the file. How
//! many members groups have is asked of the server, before there is a file.

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::{
    preview::Distinct,
    values::{Closed, Values},
    wire::worker::ToWorker,
};
use wasm_bindgen_futures::spawn_local;

use super::Flow;
use crate::api;

impl Flow {
    /// Asks what the values of all columns mean that are few enough to be known already; nothing is read for it.
    pub(crate) fn ask_for_known_values(self) {
        let columns = self.draft.with(|draft| {
            draft.as_ref().map_or_else(Vec::new, |draft| {
                let columns = draft.columns.iter().enumerate();
                columns
                    .filter(|(_, row)| row.field.is_some() && !row.column.distinct_capped)
                    .map(|(index, row)| (index, row.column.distinct.clone()))
                    .collect()
            })
        });
        for (index, distinct) in columns {
            self.ask(index, Some(distinct));
        }
    }

    /// Asks what the values of a column mean, reading the file for them if need be.
    pub(crate) fn ask_for_values(self, index: usize) {
        let known = self.draft.with_untracked(|draft| {
            let column = &draft.as_ref()?.columns.get(index)?.column;
            (!column.distinct_capped).then(|| column.distinct.clone())
        });
        self.ask(index, known);
    }

    /// Asks how many members the groups have; without an answer they are named without it.
    pub(crate) fn ask_for_members(self) {
        let types = self.catalog.with_untracked(|catalog| {
            let with_groups = catalog.group_types.iter().filter(|of_type| !of_type.groups.is_empty());
            with_groups.map(|of_type| of_type.name.clone()).collect::<Vec<_>>()
        });
        spawn_local(async move {
            for of_type in types {
                if let Ok(members) = api::members(&of_type).await {
                    self.members.try_update(|known| known.insert(of_type, members));
                }
            }
        });
    }

    fn ask(self, index: usize, known: Option<Vec<Distinct>>) {
        let closed = self.draft.with_untracked(|draft| {
            let field = draft.as_ref()?.columns.get(index)?.field.as_ref()?;
            self.catalog
                .with_untracked(|catalog| Closed::of(&field.target, catalog))
        });
        let Some(closed) = closed else { return };
        let is_asked = self
            .values_asked
            .with_value(|(_, asked)| asked.get(&index) == Some(&closed));
        if is_asked {
            return;
        }
        let Some(mapping) = self.mapping() else { return };
        let mut number = 0;
        self.values_asked.update_value(|(count, asked)| {
            asked.insert(index, closed.clone());
            number = *count;
        });
        let message = ToWorker::Values {
            number,
            column: index,
            closed,
            known,
            format: mapping.file_format,
            delimiter: mapping.delimiter,
            encoding: self.encoding_now(),
        };
        self.checker.with_value(|checker| {
            if let Some(checker) = checker {
                checker.send(&message, None);
            }
        });
    }

    pub(super) fn take_values(self, number: u64, column: usize, values: Values) {
        if self.values_asked.with_value(|(count, _)| *count == number) {
            self.values.update(|known| {
                known.insert(column, values);
            });
        }
    }

    /// Forgets those of a column, which is to mean something else.
    pub(super) fn forget_values_of(self, column: usize) {
        self.values_asked.update_value(|(_, asked)| {
            asked.remove(&column);
        });
        self.values.update(|known| {
            known.remove(&column);
        });
    }

    /// Forgets all of them: another file is open, or it is read otherwise.
    pub(super) fn forget_values(self) {
        self.values_asked.update_value(|(count, asked)| {
            *count += 1;
            asked.clear();
        });
        self.values.set(BTreeMap::new());
    }
}
