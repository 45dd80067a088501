//! Which column of the file each API field is in; what is missing, doubled or not used.

use crate::log::{At, Log};
use crate::mapping::{FileFormat, Mapping};
use crate::read::{Place, Source};
use crate::rules::{duplicate_header, missing_column, unmapped_column};

/// Finds the column of each field by its name and reports what is amiss with a CSV header.
pub fn find(source: &Source<'_>, mapping: &Mapping, log: &mut Log) -> Vec<Option<usize>> {
    let columns = by_name(source, mapping);
    if source.format == FileFormat::Json || source.columns.is_empty() {
        return columns;
    }
    let nowhere = Place::default();
    for (field, column) in mapping.fields.iter().zip(&columns) {
        let name = &field.api_field;
        match column {
            Some(column) => {
                if source.columns[column + 1..].contains(name) {
                    log.add(
                        source,
                        &duplicate_header::RULE,
                        nowhere,
                        At::Named(name.clone()),
                        || duplicate_header::words(name),
                    );
                }
            }
            None => report_missing(source, mapping, name, log),
        }
    }
    report_unmapped(source, mapping, log);
    columns
}

/// The column of each field, by its name.
pub fn by_name(source: &Source<'_>, mapping: &Mapping) -> Vec<Option<usize>> {
    mapping
        .fields
        .iter()
        .map(|field| source.columns.iter().position(|column| *column == field.api_field))
        .collect()
}

/// Reports, once all objects were read, keys that none of them has and keys that are not used.
///
/// Required keys are missed in each object that lacks them.
pub fn report_json(source: &Source<'_>, mapping: &Mapping, columns: &[Option<usize>], log: &mut Log) {
    for (field, column) in mapping.fields.iter().zip(columns) {
        if column.is_none() && !field.target.field().required {
            report_missing(source, mapping, &field.api_field, log);
        }
    }
    report_unmapped(source, mapping, log);
}

fn report_missing(source: &Source<'_>, mapping: &Mapping, name: &str, log: &mut Log) {
    let Some(field) = mapping.fields.iter().find(|field| field.api_field == name) else {
        return;
    };
    let required = field.target.field().required;
    let severity = if required {
        crate::problem::Severity::Error
    } else {
        missing_column::RULE.severity
    };
    log.add_as(
        severity,
        source,
        &missing_column::RULE,
        Place::default(),
        At::Named(name.to_owned()),
        || missing_column::words(name, &field.target.label(), required, near(source, mapping, name)),
    );
}

fn report_unmapped(source: &Source<'_>, mapping: &Mapping, log: &mut Log) {
    for (index, column) in source.columns.iter().enumerate() {
        if !column.is_empty() && !mapping.fields.iter().any(|field| field.api_field == *column) {
            log.add(
                source,
                &unmapped_column::RULE,
                Place::default(),
                At::Column(index),
                unmapped_column::words,
            );
        }
    }
}

/// An unmapped column whose name comes near.
fn near<'s>(source: &'s Source<'_>, mapping: &Mapping, name: &str) -> Option<&'s str> {
    let folded = crate::suggest::folded(name);
    source
        .columns
        .iter()
        .filter(|column| !mapping.fields.iter().any(|field| field.api_field == **column))
        .map(|column| (column, strsim::jaro_winkler(&crate::suggest::folded(column), &folded)))
        .filter(|(_, likeness)| *likeness >= 0.88)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(column, _)| column.as_str())
}
