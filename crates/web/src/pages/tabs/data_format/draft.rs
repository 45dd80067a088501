//! The mapping as a person is changing it: its lines, and what the core says of them.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    mapping::{ApiField, Mapping, MappingFault},
};

use crate::pages::tabs::opened::Opened;

/// One API field of the draft; its number stays while others come and go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its number.
    pub(super) number: u32,
    /// The API field.
    pub(super) field: ApiField,
}

/// The draft.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) opened: Opened,
    lines: RwSignal<Option<Vec<Line>>>,
    next: StoredValue<u32>,
}

impl Draft {
    /// Of the open integration, nothing changed yet.
    pub(super) fn new(opened: Opened) -> Self {
        Self {
            opened,
            lines: RwSignal::new(None),
            next: StoredValue::new(10_000),
        }
    }

    /// The saved mapping.
    pub(super) fn saved(self) -> Mapping {
        self.opened.integration.with(|now| now.mapping.clone())
    }

    /// The lines: those that were changed, or as they are saved.
    pub(super) fn lines(self) -> Vec<Line> {
        self.lines.get().unwrap_or_else(|| {
            let numbered = self.saved().fields.into_iter().zip(0..);
            numbered.map(|(field, number)| Line { number, field }).collect()
        })
    }

    /// The mapping that would be saved.
    pub(super) fn mapping(self) -> Mapping {
        Mapping {
            fields: self.lines().into_iter().map(|line| line.field).collect(),
            ..self.saved()
        }
    }

    /// Whether anything differs from what is saved.
    pub(super) fn is_changed(self) -> bool {
        self.lines.with(Option::is_some) && self.mapping() != self.saved()
    }

    /// All that keeps it from being saved, by the core.
    pub(super) fn faults(self) -> Vec<MappingFault> {
        let mapping = self.mapping();
        let mut faults = mapping.faults();
        if let Err(unknown) = self.opened.catalog.with(|catalog| mapping.check_names(catalog)) {
            faults.extend(unknown.faults);
        }
        faults
    }

    /// Forgets what was changed.
    pub(super) fn discard(self) {
        self.lines.set(None);
    }

    /// Changes the lines.
    pub(super) fn update(self, change: impl FnOnce(&mut Vec<Line>)) {
        let mut lines = untrack(|| self.lines());
        change(&mut lines);
        self.lines.set(Some(lines));
    }

    /// Takes the place of a line's API field.
    pub(super) fn set(self, number: u32, field: ApiField) {
        self.update(|lines| {
            if let Some(line) = lines.iter_mut().find(|line| line.number == number) {
                line.field = field;
            }
        });
    }

    /// Adds an API field at the end; its number.
    pub(super) fn add(self, field: ApiField) -> u32 {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.update(|lines| lines.push(Line { number, field }));
        number
    }

    /// Takes an API field away.
    pub(super) fn remove(self, number: u32) {
        self.update(|lines| lines.retain(|line| line.number != number));
    }

    /// All of another mapping in the place of what is here.
    pub(super) fn replace(self, mapping: Mapping) {
        self.update(Vec::clear);
        for field in mapping.fields {
            self.add(field);
        }
    }

    /// The API field mapped to a target.
    pub(super) fn line_of(self, target: &Target) -> Option<Line> {
        self.lines().into_iter().find(|line| line.field.target == *target)
    }
}
