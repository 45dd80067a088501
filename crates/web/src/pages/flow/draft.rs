//! The mapping while it is being made: one choice a column of the file, and what the saved mapping had besides.

use passmuster_core::{
    decide::groups::names,
    field::Target,
    mapping::{ApiField, FileFormat, Mapping},
    plan::NewGroup,
    preview::Preview,
    suggest::{Match, suggest},
    wire::directory::Catalog,
};

use crate::components::match_table::Matched;

/// A mapping in the making.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    format: FileFormat,
    delimiter: Option<char>,
    /// The columns of the file, in its order.
    pub(crate) columns: Vec<Matched>,
    /// API fields of the saved mapping that the file doesn't have.
    absent: Vec<ApiField>,
}

impl Draft {
    /// Begins with what the saved mapping says and what the columns' names suggest.
    pub(crate) fn begin(preview: &Preview, saved: Option<&Mapping>, catalog: &Catalog) -> Self {
        let names: Vec<String> = preview.columns.iter().map(|column| column.name.clone()).collect();
        let columns: Vec<Matched> = preview
            .columns
            .iter()
            .cloned()
            .zip(suggest(&names, saved, catalog))
            .map(|(column, suggestion)| {
                let sure = matches!(suggestion.matched, Match::Exact | Match::Alias);
                let field = suggestion
                    .target
                    .clone()
                    .filter(|_| sure)
                    .map(|target| api_field(&column.name, target, saved));
                Matched {
                    column,
                    suggestion,
                    field,
                }
            })
            .collect();
        let absent = saved
            .map(|mapping| {
                mapping
                    .fields
                    .iter()
                    .filter(|field| !names.contains(&field.api_field))
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        let found = if preview.file.format == "json" {
            FileFormat::Json
        } else {
            FileFormat::Csv
        };
        Self {
            format: saved.map_or(found, |mapping| mapping.file_format),
            delimiter: saved.and_then(|mapping| mapping.delimiter),
            columns,
            absent,
        }
    }

    /// Keeps the delimiter that a person chose.
    pub(crate) fn set_delimiter(&mut self, delimiter: Option<char>) {
        if delimiter.is_some() {
            self.delimiter = delimiter;
        }
    }

    /// Looks again at columns that are not used, now that more is defined.
    pub(crate) fn suggest_again(&mut self, saved: Option<&Mapping>, catalog: &Catalog) {
        let names: Vec<String> = self.columns.iter().map(|row| row.column.name.clone()).collect();
        for (index, suggestion) in suggest(&names, saved, catalog).into_iter().enumerate() {
            let sure = matches!(suggestion.matched, Match::Exact | Match::Alias);
            self.columns[index].suggestion = suggestion;
            if let Some(target) = self.acceptable(&self.columns[index]).filter(|_| sure) {
                self.choose(index, Some(target), saved);
            }
        }
    }

    /// Takes over what was chosen for the file before, for the columns that this one has too.
    pub(crate) fn take_over(&mut self, before: &Self) {
        let mut taken = Vec::new();
        let mut others = Vec::new();
        for row in &mut self.columns {
            match before.columns.iter().find(|known| known.column.name == row.column.name) {
                Some(known) => {
                    row.field.clone_from(&known.field);
                    taken.extend(known.field.as_ref().map(|field| field.target.clone()));
                }
                None => others.push(row),
            }
        }
        // What a person chose goes before what a name suggests.
        for row in others {
            row.field.take_if(|field| taken.contains(&field.target));
        }
    }

    /// Chooses a target for a column. Another column that has it takes what this one had; gives back that column's name
    /// and its target now.
    pub(crate) fn choose(
        &mut self,
        index: usize,
        target: Option<Target>,
        saved: Option<&Mapping>,
    ) -> Option<(String, Option<Target>)> {
        let had = self.columns.get(index).and_then(|row| row.field.as_ref());
        let had = had.map(|field| field.target.clone()).filter(|_| target.is_some());
        let mut moved = None;
        if let Some(target) = &target {
            for (at, row) in self.columns.iter_mut().enumerate() {
                if at != index && row.field.as_ref().is_some_and(|field| field.target == *target) {
                    row.field = had.clone().map(|had| api_field(&row.column.name, had, saved));
                    moved = Some((row.column.name.clone(), had.clone()));
                }
            }
        }
        if let Some(row) = self.columns.get_mut(index) {
            row.field = target.map(|target| api_field(&row.column.name, target, saved));
        }
        moved
    }

    /// Changes a column's policies.
    pub(crate) fn set_policies(&mut self, index: usize, field: ApiField) {
        if let Some(row) = self.columns.get_mut(index) {
            row.field = Some(field);
        }
    }

    /// Makes a value of a column mean another, or by `None` nothing of its own; gives back what it meant before. `None`: no
    /// field is chosen for that column.
    pub(crate) fn set_rule(&mut self, column: &str, from: &str, to: Option<&str>) -> Option<Option<String>> {
        let row = self.columns.iter_mut().find(|row| row.column.name == column)?;
        let rules = &mut row.field.as_mut()?.value_map;
        let from = from.trim();
        Some(match to {
            Some(to) => rules.insert(from.to_owned(), to.trim().to_owned()),
            None => rules.remove(from),
        })
    }

    /// Maps the cells that name a group to another group, in columns of members and of managers of its type.
    pub(crate) fn rename_group(&mut self, group: &NewGroup, existing: &str) {
        for row in &mut self.columns {
            let Some(field) = &mut row.field else { continue };
            match &field.target {
                Target::GroupMembership(group_type) if *group_type == group.group_type => {
                    rename_cell(field, &group.name, existing.to_owned());
                }
                // A cell lists several groups, and a value map speaks of whole cells.
                Target::GroupManager(group_type) if *group_type == group.group_type => {
                    rename_cell(field, &group.name, existing.to_owned());
                    let cells: Vec<String> = row
                        .column
                        .distinct
                        .iter()
                        .map(|distinct| field.value_map.get(&distinct.value).unwrap_or(&distinct.value))
                        .filter(|cell| names(cell).any(|name| name == group.name))
                        .cloned()
                        .collect();
                    for cell in cells {
                        let mut renamed: Vec<&str> = names(&cell)
                            .map(|name| if name == group.name { existing } else { name })
                            .collect();
                        renamed.dedup();
                        let renamed = renamed.join(";");
                        rename_cell(field, &cell, renamed);
                    }
                }
                _ => {}
            }
        }
    }

    /// How many suggestions still wait for a person's word.
    pub(crate) fn waiting(&self) -> usize {
        self.columns.iter().filter(|row| self.acceptable(row).is_some()).count()
    }

    /// Accepts all suggestions whose target is free.
    pub(crate) fn accept_all(&mut self, saved: Option<&Mapping>) {
        for index in 0..self.columns.len() {
            if let Some(target) = self.acceptable(&self.columns[index]) {
                self.choose(index, Some(target), saved);
            }
        }
    }

    fn acceptable(&self, row: &Matched) -> Option<Target> {
        let target = row.suggestion.target.as_ref().filter(|_| row.field.is_none())?;
        let free = !self
            .columns
            .iter()
            .any(|other| other.field.as_ref().is_some_and(|field| field.target == *target));
        free.then(|| target.clone())
    }

    /// The required targets that no column is matched to.
    pub(crate) fn missing(&self, salesforce: bool) -> Vec<Target> {
        Target::REQUIRED
            .into_iter()
            .chain(salesforce.then_some(Target::Username))
            .filter(|target| {
                !self
                    .columns
                    .iter()
                    .any(|row| row.field.as_ref().is_some_and(|field| field.target == *target))
            })
            .collect()
    }

    /// The saved API fields that the file lacks and that stay in the mapping: their targets are free, and not required.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &ApiField> {
        self.absent.iter().filter(|field| {
            !field.target.field().required
                && !self
                    .columns
                    .iter()
                    .any(|row| row.field.as_ref().is_some_and(|chosen| chosen.target == field.target))
        })
    }

    /// The mapping document that these choices make.
    pub(crate) fn mapping(&self) -> Mapping {
        let chosen = self.columns.iter().filter_map(|row| row.field.clone());
        Mapping {
            version: 1,
            file_format: self.format,
            delimiter: self.delimiter,
            fields: chosen.chain(self.kept().cloned()).collect(),
        }
    }
}

/// An API field with the policies that the saved mapping gives its target, or the usual ones.
fn api_field(name: &str, target: Target, saved: Option<&Mapping>) -> ApiField {
    match saved.and_then(|mapping| mapping.field_of(&target)) {
        Some(field) => ApiField {
            api_field: name.to_owned(),
            ..field.clone()
        },
        None => ApiField::new(name, target),
    }
}

/// Lets a cell mean another text, and those cells too that were to mean it before.
fn rename_cell(field: &mut ApiField, cell: &str, meant: String) {
    for known in field.value_map.values_mut().filter(|known| *known == cell) {
        known.clone_from(&meant);
    }
    field.value_map.insert(cell.to_owned(), meant);
}

/// Whether two mappings say the same, whatever the order of their fields.
pub(crate) fn same(a: &Mapping, b: &Mapping) -> bool {
    a.file_format == b.file_format
        && a.delimiter == b.delimiter
        && a.fields.len() == b.fields.len()
        && a.fields.iter().all(|field| b.fields.contains(field))
}
