//! Which column of the file each API field is in; what is missing, doubled or not used.

use crate::log::{At, Log};
use crate::mapping::{FileFormat, Mapping};
use crate::read::Source;
use crate::rules::{blank_header, duplicate_header, missing_column, no_header, unmapped_column};
use crate::value::email;

/// Finds the column of each field by its name and reports what is amiss with a CSV header.
pub fn find(source: &Source<'_>, mapping: &Mapping, log: &mut Log) -> Vec<Option<usize>> {
    let columns = by_name(source, mapping);
    if source.format == FileFormat::Json || source.columns.is_empty() {
        return columns;
    }
    if columns.iter().all(Option::is_none) && source.columns.iter().any(|name| email::check(name).is_ok()) {
        log.add(source, &no_header::RULE, source.header, At::Whole, no_header::words);
        return columns;
    }
    for (field, column) in mapping.fields.iter().zip(&columns) {
        let name = &field.api_field;
        match column {
            Some(column) => {
                if source.columns[column + 1..].contains(name) {
                    log.add(
                        source,
                        &duplicate_header::RULE,
                        source.header,
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
        source.header,
        At::Named(name.to_owned()),
        || {
            missing_column::words(
                name,
                &field.target.label(),
                required,
                near_unmapped(source, mapping, name),
            )
        },
    );
}

/// More columns than this are reported as one.
const UNMAPPED_SHOWN: usize = 20;

fn report_unmapped(source: &Source<'_>, mapping: &Mapping, log: &mut Log) {
    let is_mapped = |name: &String| mapping.fields.iter().any(|field| field.api_field == *name);
    let unmapped: Vec<usize> = (0..source.columns.len())
        .filter(|column| !source.columns[*column].is_empty() && !is_mapped(&source.columns[*column]))
        .collect();
    if unmapped.len() > UNMAPPED_SHOWN {
        log.add(source, &unmapped_column::RULE, source.header, At::Whole, || {
            let names: Vec<String> = unmapped.iter().map(|column| source.columns[*column].clone()).collect();
            unmapped_column::words_for_many(&names)
        });
    } else {
        for column in unmapped {
            log.add(
                source,
                &unmapped_column::RULE,
                source.header,
                At::Column(column),
                unmapped_column::words,
            );
        }
    }
    let blank: Vec<usize> = (1..)
        .zip(&source.columns)
        .filter(|(_, name)| name.is_empty())
        .map(|(column, _)| column)
        .collect();
    if !blank.is_empty() && source.format == FileFormat::Csv {
        log.add(source, &blank_header::RULE, source.header, At::Whole, || {
            blank_header::words(&blank)
        });
    }
}

/// A column whose name differs only by case.
pub(super) fn near<'s>(source: &'s Source<'_>, name: &str) -> Option<&'s str> {
    source
        .columns
        .iter()
        .find(|column| column.eq_ignore_ascii_case(name))
        .map(String::as_str)
}

/// An unmapped column whose name comes near.
pub(super) fn near_unmapped<'s>(source: &'s Source<'_>, mapping: &Mapping, name: &str) -> Option<&'s str> {
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
