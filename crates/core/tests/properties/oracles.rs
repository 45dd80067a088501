//! What must hold of any bytes, mapping document and directory, asked of other libraries where there is one.
//!
//! Shared by the generated tests, by the fuzz targets and by the replay of their corpora. A function panics when
//! something doesn't hold; none of them may know how a verdict comes about.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use passmuster_core::export::write_users;
use passmuster_core::import::{Options, decide, prepare};
use passmuster_core::log::Log;
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::plan::{Directory, Plan};
use passmuster_core::preview::preview;
use passmuster_core::problem::{Report, Severity};
use passmuster_core::read::csv::{Rows, count_line_ends};
use passmuster_core::read::decode::Encoding;
use passmuster_core::read::scan::{Batch, Scanner};
use passmuster_core::read::table::{Opening, Table, Visit, each_row};
use passmuster_core::read::{Place, RawCell, Source, json};
use passmuster_core::rules;
use passmuster_core::suggest::suggest;
use passmuster_core::wire::directory::Catalog;

/// Every target, under plain headers, with policies other than the defaults and value maps among them.
const FIELDS: &str = r#"
    {"api_field":"Email","target":"user.email"},
    {"api_field":"First Name","target":"user.first_name"},
    {"api_field":"Last Name","target":"user.last_name"},
    {"api_field":"Username","target":"user.username"},
    {"api_field":"Zone","target":"user.time_zone","on_blank":"clear"},
    {"api_field":"Manager","target":"user.manager"},
    {"api_field":"Active","target":"user.is_active","value_map":{"Terminated":"False","":"True","No":"<clear>"}},
    {"api_field":"Is Manager","target":"user.is_manager","on_blank":"keep"},
    {"api_field":"Is Admin","target":"user.is_admin","on_blank":"keep"},
    {"api_field":"Role","target":"user.role"},
    {"api_field":"Tags","target":"user.tags","list":"replace"},
    {"api_field":"Aliases","target":"user.aliases"},
    {"api_field":"Extension","target":"integration_id:phone-extension"},
    {"api_field":"Team","target":"group_membership:Team","on_blank":"clear"},
    {"api_field":"Leads","target":"group_manager:Team"},
    {"api_field":"Desk","target":"attribute:Desk","on_blank":"clear"},
    {"api_field":"Notes","target":"attribute:Notes"}"#;

/// A small directory for [`FIELDS`].
const DIRECTORY: &str = r#"{
    "group_types":[{"name":"Team","groups":["Cats","Dogs"]}],
    "integration_ids":[{"slug":"phone-extension","name":"Phone Extension"}],
    "attributes":[{"name":"Desk","kind":"integer"},{"name":"Notes","kind":"json"}],
    "users":[
        {"id":"1","email":"ann@a.co","first_name":"Ann","last_name":"Lee","manager":"bob@a.co","aliases":["annie"],
         "integration_ids":{"phone-extension":"0042"},"groups":{"Team":"Dogs"},"attributes":{"Desk":7}},
        {"id":"2","email":"bob@a.co","first_name":"Bob","last_name":"Ross","is_manager":true,"is_admin":true,
         "username":"bob@sf.co","manages":{"Team":["Dogs"]},"tags":["x","y"]}]}"#;

/// The mapping of every target.
pub fn wide(format: FileFormat) -> &'static Mapping {
    static READ: OnceLock<[Mapping; 2]> = OnceLock::new();
    let read = |format: &str| {
        let document = format!(r#"{{"version":1,"file_format":"{format}","fields":[{FIELDS}]}}"#);
        Mapping::parse(document.as_bytes()).expect("the wide mapping is sound")
    };
    let [csv, json] = READ.get_or_init(|| [read("csv"), read("json")]);
    if format == FileFormat::Csv { csv } else { json }
}

/// The small directory that has what the wide mapping names.
pub fn small_directory() -> &'static Directory {
    static READ: OnceLock<Directory> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(DIRECTORY).expect("a directory"))
}

/// All that holds of any body that an integration of this format receives.
pub fn any_body(body: &[u8], format: FileFormat) {
    let narrow = Mapping::on_enabling(format);
    let wide = wide(format);
    let directory = small_directory();
    body_against(body, &narrow, &Directory::default());
    body_against(body, wide, directory);
    let opening = Opening {
        format: Some(format),
        encoding: None,
        delimiter: None,
        expected: &["Email", "First Name", "Last Name"],
    };
    places_hold(body, &opening);
    for (expected, encoding) in [
        (None, None),
        (Some(format), None),
        (Some(format), Some(Encoding::Windows1252)),
    ] {
        let options = Options {
            encoding,
            ..Options::default()
        };
        let seen = preview(body, expected, &options);
        let columns: Vec<String> = seen.columns.iter().map(|column| column.name.clone()).collect();
        if expected.is_none() && columns.len() <= 32 {
            let suggested = suggest(&columns, Some(wide), &catalog_of(directory));
            assert_eq!(suggested.len(), columns.len(), "one suggestion a column");
        }
    }
    if let Ok(text) = std::str::from_utf8(body) {
        match format {
            FileFormat::Csv => {
                for delimiter in [b',', b';', b'\t', b'|'] {
                    same_cells_as_the_csv_crate(text, delimiter);
                }
            }
            FileFormat::Json => {
                same_values_as_serde_json(text);
                one_pass_reads_as_two(text);
            }
        }
    }
}

/// The catalog of a directory.
pub fn catalog_of(directory: &Directory) -> Catalog {
    Catalog {
        salesforce: directory.salesforce,
        group_types: directory.group_types.clone(),
        integration_ids: directory.integration_ids.clone(),
        attributes: directory.attributes.clone(),
    }
}

/// Checks and decides, holds both to the promises of their types, and gives them back.
pub fn body_against(body: &[u8], mapping: &Mapping, directory: &Directory) -> (Report, Option<Plan>) {
    let options = Options::default();
    let checked = prepare(body, mapping, &options);
    let (records, refused) = (checked.records(), checked.has_errors());
    let needs = checked.needs();
    for keys in [
        &needs.email_keys,
        &needs.username_keys,
        &needs.alias_keys,
        &needs.leaving_keys,
    ] {
        assert!(
            keys.is_sorted() && keys.windows(2).all(|two| two[0] != two[1]),
            "{keys:?}"
        );
    }
    let report = checked.into_report();
    report_holds(&report);
    assert_eq!(report.records, records);
    assert!(!refused || report.error_count > 0);
    let decision = decide(prepare(body, mapping, &options), directory);
    report_holds(&decision.report);
    assert_eq!(
        decision.plan.is_some(),
        decision.report.is_clean(),
        "a plan unless there is an error"
    );
    for row_by_row in [false, true] {
        let options = Options {
            row_by_row,
            ..Options::default()
        };
        let again = decide(prepare(body, mapping, &options), directory);
        assert_eq!(
            as_json(&decision.report),
            as_json(&again.report),
            "the same report again, and row by row"
        );
        assert_eq!(as_json(&decision.plan), as_json(&again.plan), "the same plan");
    }
    if let Some(plan) = &decision.plan {
        plan_holds(plan);
    }
    (decision.report, decision.plan)
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("JSON")
}

/// What every report promises of itself.
pub fn report_holds(report: &Report) {
    let mut counted: BTreeMap<Severity, u64> = BTreeMap::new();
    for tally in &report.summary {
        *counted.entry(tally.severity).or_default() += tally.count;
    }
    for (severity, total) in [
        (Severity::Error, report.error_count),
        (Severity::Warning, report.warning_count),
        (Severity::Info, report.info_count),
    ] {
        assert_eq!(
            counted.get(&severity).copied().unwrap_or_default(),
            total,
            "the summary counts all"
        );
        let shown = report
            .problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count() as u64;
        assert_eq!(
            shown,
            total.min(report.problem_limit),
            "as many as the limit allows are shown"
        );
    }
    let order = |index: usize| (report.problems[index].severity, report.problems[index].row.unwrap_or(0));
    for index in 1..report.problems.len() {
        assert!(order(index - 1) <= order(index), "by severity and row");
    }
    for problem in &report.problems {
        assert!(rules::find(&problem.rule).is_some(), "{}", problem.rule);
        let value = problem.value.as_deref().unwrap_or_default();
        assert!(value.chars().count() <= 201, "a value is cut");
        for text in [&problem.message, &problem.hint] {
            assert!(
                !text.is_empty() && text.len() <= 3_000,
                "{}: {} bytes of words",
                problem.rule,
                text.len()
            );
        }
        assert!(
            problem.row.is_none_or(|row| row <= report.records + 1),
            "a row of the body"
        );
    }
    let back: Report = serde_json::from_str(&as_json(report)).expect("a report is read back");
    assert_eq!(back, *report);
}

fn plan_holds(plan: &Plan) {
    assert_eq!(plan.changes_total, plan.changes.len() as u64);
    let mut emails = BTreeMap::new();
    for change in &plan.changes {
        let twice = emails.insert(change.email.to_ascii_lowercase(), ());
        assert!(twice.is_none(), "{} changes once", change.email);
        for edit in &change.edits {
            assert!(edit.before != edit.after, "{}: an edit changes something", edit.field);
        }
        let fields: Vec<_> = change.edits.refs().map(|edit| edit.field).collect();
        assert!(
            fields.windows(2).all(|two| two[0] < two[1]),
            "fields in order, each once: {fields:?}"
        );
    }
}

/// Places told by the reader, held against counting from the beginning of the text.
fn places_hold(body: &[u8], opening: &Opening<'_>) {
    let mut log = Log::new(FileFormat::Csv, 100);
    let mut table = Table::open(body, opening, &mut log);
    let counted = table.read(&mut log, &mut PlacesHold);
    assert!(counted.records <= body.len() as u64);
}

struct PlacesHold;

impl Visit for PlacesHold {
    fn row(&mut self, _: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        const RECORDS: u32 = 16;
        const COLUMNS: usize = 8;
        if place.row > RECORDS {
            return;
        }
        let text: &str = &source.text;
        assert_eq!(
            u64::from(place.line),
            line_of(text, place.start as usize),
            "the line of a record"
        );
        for (column, cell) in cells.iter().enumerate().take(COLUMNS) {
            if *cell == RawCell::ABSENT || column >= source.columns.len() {
                continue;
            }
            let located = source
                .locate(place, column)
                .expect("a cell that was read is found again");
            assert_eq!(located.text, cell.text(text), "the same text");
            let quoted = cell.start > 0 && text.as_bytes()[cell.start - 1] == b'"' && cell.start > place.start as usize;
            let begin = cell.start - usize::from(quoted);
            assert_eq!(located.line, line_of(text, begin), "the line of a cell");
            let line_start = text[..begin].rfind(['\n', '\r']).map_or(0, |at| at + 1);
            assert_eq!(
                located.character,
                Some(text[line_start..begin].chars().count() as u64 + 1),
                "its character"
            );
        }
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        each_row(self, log, source, first, batch);
    }
}

/// The line of a byte, from 1, told by going through the text.
fn line_of(text: &str, at: usize) -> u64 {
    let before = &text.as_bytes()[..at];
    let line_feeds = before.iter().filter(|byte| **byte == b'\n').count();
    let lone_returns = (0..before.len()).filter(|at| before[*at] == b'\r' && before.get(at + 1) != Some(&b'\n'));
    (line_feeds + lone_returns.count()) as u64 + 1
}

/// Rows read many at once are those read one by one, wherever reading begins.
fn same_cells_at_once(text: &str, delimiter: u8, rows: &[(usize, Vec<String>)]) {
    let (mut batch, mut cells) = (Batch::default(), Vec::new());
    let widths: std::collections::BTreeSet<usize> = rows.iter().map(|(_, row)| row.len()).take(8).collect();
    for width in widths {
        let Some(mut scanner) = Scanner::new(delimiter, width) else {
            continue;
        };
        let mut next = 0;
        while let Some(at) = (next..rows.len()).find(|at| rows[*at].1.len() == width) {
            next = at + 1;
            scanner.seek(rows[at].0);
            scanner.read(text.as_bytes(), rows[at].0, &mut batch);
            for row in 0..batch.len() {
                let (start, expected) = &rows[at + row];
                assert_eq!(batch.cell(row, 0).0, *start, "the row begins there");
                batch.row(row, text, &mut cells);
                let read: Vec<String> = cells.iter().map(|cell| cell.text(text).into_owned()).collect();
                assert_eq!(&read, expected, "the same cells at once");
                next = next.max(at + row + 1);
            }
        }
    }
}

/// Our rows and cells are those of the `csv` crate, and begin where it says.
pub fn same_cells_as_the_csv_crate(text: &str, delimiter: u8) {
    // that crate takes one byte order mark off; we have done so before
    let text = text.trim_start_matches('\u{FEFF}');
    let reader = Rows::new(delimiter);
    let (mut at, mut cells, mut ours) = (0, Vec::new(), Vec::new());
    while let Some(end) = reader.read(text, at, usize::MAX, &mut cells) {
        let row: Vec<String> = cells.iter().map(|cell| cell.text(text).into_owned()).collect();
        assert_eq!(end.cells, row.len());
        // that crate passes over empty lines
        if row != [""] {
            ours.push((at, row));
        }
        assert!(end.next > at, "reading goes on");
        at = end.next;
    }
    same_cells_at_once(text, delimiter, &ours);
    let theirs = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .into_records()
        .map(|record| record.expect("text"))
        .filter(|record| record.len() != 1 || !record[0].is_empty())
        .map(|record| {
            let at = record.position().map_or(0, csv::Position::byte) as usize;
            (at, record.iter().map(str::to_owned).collect::<Vec<_>>())
        });
    let theirs: Vec<_> = theirs.collect();
    assert_eq!(ours.len(), theirs.len(), "as many rows");
    for ((our_start, our_row), (their_start, their_row)) in ours.iter().zip(&theirs) {
        assert_eq!(our_row, their_row, "the same cells");
        let between = text
            .get(*their_start..*our_start)
            .expect("we begin where they do, or behind");
        assert!(
            between.bytes().all(|byte| matches!(byte, b'\n' | b'\r')),
            "between them are line ends only"
        );
    }
}

/// Reading plain objects in one pass gives the same cells, places, lines, faults, columns and error as reading elements
/// first and their cells then, both by `serde_json`.
pub fn one_pass_reads_as_two(text: &str) {
    let (mut keys, mut row, mut two) = (json::Keys::default(), json::Row::default(), Vec::new());
    let mut is_full = false;
    let second = json::elements(text, &mut |start, element| {
        let read = if is_full {
            Err(json::Fault::TooManyKeys)
        } else {
            json::cells(element, start, &mut keys, &mut row)
        };
        is_full |= read == Err(json::Fault::TooManyKeys);
        let (end, lines) = (start + element.len(), count_line_ends(&text.as_bytes()[..start]));
        let cells = read.is_ok().then(|| present(&row));
        two.push((
            json::Element {
                start,
                end,
                lines,
                read,
            },
            cells,
            keys.names.len(),
        ));
    });
    let names = keys.names;
    let (mut keys, mut row, mut count) = (json::Keys::default(), json::Row::default(), 0);
    let first = json::records(text, &mut keys, &mut row, &mut |element, keys, row| {
        let (expected, cells, known) = &two[count];
        assert_eq!(element, expected, "element {count}");
        assert_eq!(*cells, element.read.is_ok().then(|| present(row)), "cells of {count}");
        assert_eq!(*known, keys.names.len(), "keys up to {count}");
        count += 1;
    });
    assert_eq!(first, second, "the error");
    assert_eq!(count, two.len(), "as many elements");
    assert_eq!(keys.names, names, "the keys");
}

fn present(row: &json::Row) -> Vec<(usize, RawCell)> {
    let cells = row.cells.iter().copied().enumerate();
    cells.filter(|(_, cell)| *cell != RawCell::ABSENT).collect()
}

/// Our values are those of `serde_json`, wherever it reads the text at all.
pub fn same_values_as_serde_json(text: &str) {
    let (mut keys, mut row, mut ours) = (json::Keys::default(), json::Row::default(), Vec::new());
    let outcome = json::elements(text, &mut |start, element| {
        let read = json::cells(element, start, &mut keys, &mut row);
        assert_eq!(&text[start..start + element.len()], element, "the place of an element");
        let cells = read.map(|()| {
            let cells = row.cells.iter().zip(&keys.names);
            cells
                .filter(|(cell, _)| **cell != RawCell::ABSENT)
                .map(|(cell, name)| (name.clone(), cell.text(text).into_owned()))
                .collect::<BTreeMap<_, _>>()
        });
        ours.push(cells);
    });
    let theirs: Result<Vec<serde_json::Value>, _> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::Deserializer::from_str(text).into_iter().collect()
    };
    match theirs {
        Ok(theirs) => {
            assert_eq!(outcome, Ok(()), "what serde_json reads, we read");
            assert_eq!(ours.len(), theirs.len(), "as many elements");
            for (ours, theirs) in ours.iter().zip(&theirs) {
                match (ours, theirs) {
                    (Ok(cells), serde_json::Value::Object(object)) => same_object(cells, object),
                    (Ok(_), other) => panic!("{other} is no object"),
                    (Err(json::Fault::NotAnObject(_)), other) => assert!(!other.is_object(), "{other}"),
                    (Err(json::Fault::Nested { .. } | json::Fault::TooDeep), other) => {
                        let is_flat = |value: &serde_json::Value| !value.is_object() && !value.is_array();
                        assert!(
                            !other.as_object().is_some_and(|object| object.values().all(is_flat)),
                            "{other}"
                        );
                    }
                    // serde_json lets the last of two keys win, and has no limit on their number
                    (Err(json::Fault::DuplicateKey { .. } | json::Fault::TooManyKeys), _) => {}
                    (Err(fault), other) => panic!("{fault:?}, but serde_json reads {other}"),
                }
            }
        }
        Err(error) => {
            // what it refuses though the syntax is right: depth, sizes of numbers, halves of characters
            let message = error.to_string();
            let passes = [
                "recursion limit",
                "out of range",
                "surrogate",
                "hex escape",
                "unicode code point",
            ];
            let is_only_stricter = passes.iter().any(|pass| message.contains(pass));
            assert!(is_only_stricter || outcome.is_err(), "serde_json refuses: {message}");
        }
    }
}

fn same_object(cells: &BTreeMap<String, String>, object: &serde_json::Map<String, serde_json::Value>) {
    assert_eq!(cells.len(), object.len(), "as many keys");
    for (key, value) in object {
        let cell = &cells[key];
        match value {
            serde_json::Value::Null => assert_eq!(cell, ""),
            serde_json::Value::String(text) => assert_eq!(cell, text),
            serde_json::Value::Bool(truth) => assert_eq!(cell, if *truth { "true" } else { "false" }),
            serde_json::Value::Number(number) => {
                assert_eq!(
                    serde_json::from_str::<serde_json::Number>(cell).ok().as_ref(),
                    Some(number)
                );
            }
            other => panic!("{other} is not flat"),
        }
    }
}

/// All that holds of any mapping document; a sound one is used on files with its own headers.
pub fn any_mapping(document: &[u8]) {
    let mapping = match Mapping::parse(document) {
        Ok(mapping) => mapping,
        Err(error) => {
            assert!(!error.faults.is_empty() && !error.to_string().is_empty());
            return;
        }
    };
    assert!(mapping.faults().is_empty(), "what was parsed is sound");
    let back = Mapping::parse(mapping.to_json().as_bytes()).expect("a sound mapping is read back");
    assert_eq!(back, mapping);
    let directory = small_directory();
    let _ = mapping.check_names(&catalog_of(directory));
    let names: Vec<String> = mapping.fields.iter().map(|field| field.api_field.clone()).collect();
    let _ = suggest(&names, Some(&mapping), &catalog_of(directory));
    let mut exported = Vec::new();
    write_users(&mapping, &catalog_of(directory), &directory.users, &mut exported).expect("memory takes it");
    let (report, _) = body_against(&exported, &mapping, directory);
    let reaches_rows = mapping.file_format == FileFormat::Csv && report.records == directory.users.len() as u64;
    assert!(
        reaches_rows || mapping.file_format == FileFormat::Json,
        "the export is read by its own mapping: {report:?}"
    );
    let values: Vec<&str> = mapping
        .fields
        .iter()
        .flat_map(|field| {
            field
                .value_map
                .iter()
                .flat_map(|(from, to)| [from.as_str(), to.as_str()])
        })
        .chain(["ann@a.co", "", "True", "<clear>", "Dogs;Cats", "a|b"])
        .collect();
    let object = |shift: usize| -> serde_json::Map<String, serde_json::Value> {
        let cells = names.iter().enumerate();
        cells
            .map(|(index, name)| (name.clone(), values[(index + shift) % values.len()].into()))
            .collect()
    };
    let objects: Vec<_> = (0..4).map(object).collect();
    body_against(as_json(&objects).as_bytes(), &mapping, directory);
}
