//! What a person mends is what is sent: exactly those cells, and nothing else.

use passmuster_core::import::{Options, prepare, prepare_sheet};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::mend::history::History;
use passmuster_core::mend::listing::{Findings, Show};
use passmuster_core::mend::original::Original;
use passmuster_core::mend::replacing::Find;
use passmuster_core::mend::telling::own_columns;
use passmuster_core::mend::writing::Written;
use passmuster_core::mend::{Mends, RowMend};
use passmuster_core::problem::{Report, Severity};
use passmuster_core::read::decode::Encoding;
use passmuster_core::read::sheet::{Builder, Container, Opened, Shows};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::bodies::{any_bytes, cell, csv_text, json_text};
use crate::oracles::wide;

/// What becomes of a few rows.
fn mends() -> impl Strategy<Value = Mends> {
    let cells = btree_map(0..6_u32, cell(), 0..3);
    let whole = option::weighted(0.2, vec(cell(), 1..6));
    let mend = (prop::bool::weighted(0.2), whole, cells).prop_map(|(left_out, whole, cells)| RowMend {
        left_out,
        whole,
        cells: cells.into_iter().collect(),
    });
    btree_map(1..9_u32, mend, 0..5).prop_map(|rows| {
        let mut mends = Mends::default();
        mends.apply(String::new(), rows.into_iter().collect());
        mends
    })
}

fn texts(cells: &[Option<String>]) -> Vec<String> {
    cells.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
}

fn holds_what_was_mended(body: &[u8], mends: &Mends, mapping: &Mapping) {
    let options = Options::default();
    let original = Original::open(body, mapping, &options);
    let mapping = Mapping {
        delimiter: Some(original.delimiter()),
        ..mapping.clone()
    };
    let sent = original.to_send(mends);
    let again = Original::open(&sent, &mapping, &options);
    let left_out = original.left_out(mends);
    let kept: Vec<u32> = (1..=original.rows()).filter(|row| !left_out.contains(row)).collect();
    assert_eq!(again.rows() as usize, kept.len(), "{}", String::from_utf8_lossy(&sent));
    for (index, row) in kept.into_iter().enumerate() {
        let (is, wanted) = (again.cells(index as u32 + 1), original.mended(row, mends));
        if !original.is_json() {
            assert_eq!(texts(&is), texts(&wanted), "row {row}");
            continue;
        }
        // keys may come in another order when the first objects are gone
        for (name, wanted) in original.columns().iter().zip(&wanted) {
            let column = again.columns().iter().position(|known| known == name);
            let is = column.and_then(|column| is.get(column).cloned().flatten());
            if !original.is_broken(row) {
                assert_eq!(is, *wanted, "row {row}, {name}");
            }
        }
    }
}

/// What a report says, but for numbers of rows and lines.
fn without_numbers(report: &Report) -> (u64, u64, u64, Vec<(String, Severity, u64)>) {
    let counts = report.summary.iter();
    let mut counts: Vec<_> = counts
        .map(|tally| {
            (
                format!("{} {:?}", tally.rule, tally.column),
                tally.severity,
                tally.count,
            )
        })
        .collect();
    counts.sort();
    (report.records, report.blank_rows, report.collapsed_rows, counts)
}

fn check_of(written: &Written, mapping: &Mapping, left_out: Vec<u32>) -> Report {
    let options = Options {
        left_out,
        ..Options::default()
    };
    match written {
        Written::Body(body) => prepare(body, mapping, &options).into_report(),
        Written::Sheet(sheet) => prepare_sheet(sheet.clone(), mapping, &options).into_report(),
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn nothing_mended_is_the_same_bytes(text in prop_oneof![csv_text(), json_text()]) {
        for format in [FileFormat::Csv, FileFormat::Json] {
            let original = Original::open(text.as_bytes(), wide(format), &Options::default());
            if original.rows() > 0 {
                prop_assert_eq!(original.to_send(&Mends::default()), text.as_bytes());
            }
        }
    }

    #[test]
    fn acts_taken_back_in_any_order_leave_nothing(
        acts in vec((btree_map(1..4_u32, (0..3_u32, option::of("[ab]")), 1..3), prop::bool::weighted(0.2)), 1..8),
        order in vec(any::<prop::sample::Index>(), 8),
        turns in vec(any::<bool>(), 8),
    ) {
        let (mut history, mut mends) = (History::default(), Mends::default());
        for (rows, leaves) in &acts {
            let rows = rows.iter().map(|(row, (column, text))| {
                let mut mend = mends.row(*row).cloned().unwrap_or_default();
                mend.put(*column, text.clone());
                mend.left_out ^= leaves;
                (*row, mend)
            });
            let rows = rows.collect();
            history.act(&mut mends, String::new(), None, rows);
        }
        let all = mends.clone();
        // Taken back and done again at once, the last one leaves all as it was.
        history.undo(&mut mends, None);
        history.redo(&mut mends);
        prop_assert_eq!(&mends, &all);
        for (index, forth) in order.iter().zip(turns) {
            let ids: Vec<u32> = history.steps().map(|step| step.id).collect();
            if ids.is_empty() {
                break;
            }
            history.undo(&mut mends, Some(ids[index.index(ids.len())]));
            if forth {
                history.redo(&mut mends);
            }
        }
        while history.undo(&mut mends, None).is_some() {}
        prop_assert!(mends.is_empty(), "{:?}", mends);
        prop_assert_eq!(history.undone(), acts.len());
    }

    #[test]
    fn what_is_sent_has_the_mended_cells(csv in csv_text(), mends in mends()) {
        holds_what_was_mended(csv.as_bytes(), &mends, wide(FileFormat::Csv));
    }

    #[test]
    fn what_is_sent_has_the_mended_values(json in json_text(), mends in mends()) {
        let mut mends = mends;
        // an object has keys, not cells in a row
        let rows = mends.rows().iter().map(|(row, mend)| (*row, RowMend { whole: None, ..mend.clone() })).collect();
        mends.apply(String::new(), rows);
        holds_what_was_mended(json.as_bytes(), &mends, wide(FileFormat::Json));
    }

    #[test]
    fn rows_left_out_are_as_if_they_were_not_there(text in csv_text(), mends in mends()) {
        let mapping = wide(FileFormat::Csv);
        let original = Original::open(text.as_bytes(), mapping, &Options::default());
        let mapping = Mapping { delimiter: Some(original.delimiter()), ..mapping.clone() };
        let with = check_of(&original.to_check(&mends), &mapping, original.left_out(&mends));
        let without = prepare(&original.to_send(&mends), &mapping, &Options::default()).into_report();
        prop_assert_eq!(without_numbers(&with), without_numbers(&without));
    }

    #[test]
    fn a_step_taken_back_leaves_nothing(first in mends(), second in mends()) {
        let mut now = first.clone();
        let mut step = now.apply(String::new(), second.rows().to_vec());
        let then = now.clone();
        now.turn(&mut step);
        prop_assert_eq!(&now, &first);
        now.turn(&mut step);
        prop_assert_eq!(now, then);
    }

    #[test]
    fn no_file_and_no_change_makes_it_panic(body in any_bytes(), mends in mends(), text in cell()) {
        for format in [FileFormat::Csv, FileFormat::Json] {
            let mapping = wide(format);
            let original = Original::open(&body, mapping, &Options::default());
            let options = Options { left_out: original.left_out(&mends), marks: true, ..Options::default() };
            let Written::Body(written) = original.to_check(&mends) else { unreachable!("it is no workbook") };
            let findings = Findings::new(prepare(&written, mapping, &options).into_marked());
            let report = findings.report(1);
            prop_assert!(report.problems.len() <= 3);
            for show in [Show::All, Show::Errors, Show::Warnings, Show::Changed, Show::Group(0)] {
                let listed = findings.listed(show, &mends);
                findings.next((1, 0), true, listed.as_deref());
                findings.next((1, 0), false, listed.as_deref());
            }
            original.to_send(&mends);
            original.with_reasons(&mends, &findings);
            original.changes(&mends, std::iter::once("a rule"));
            original.of_rows(&[1, 3]);
            for row in 0..10 {
                original.alone(row, &mends);
                findings.problems(row);
            }
            for whole in [true, false] {
                let find = Find { text: text.clone(), column: None, whole, case: whole };
                original.replace(&mends, &find, "x");
            }
        }
    }
}

#[test]
fn every_problem_of_a_row_is_found_again() {
    let body = include_bytes!("../../../../examples/hris-export.csv");
    let mapping = Mapping::parse(include_bytes!("../../../../examples/hris-export.mapping.json")).expect("it is sound");
    let options = Options {
        marks: true,
        problem_limit: 3,
        ..Options::default()
    };
    let findings = Findings::new(prepare(body, &mapping, &options).into_marked());
    let report = prepare(body, &mapping, &Options::default()).into_report();
    assert_eq!(findings.report(100).summary, report.summary);
    let counts = findings.counts(report.records, &Mends::default());
    assert_eq!(
        (counts.rows, counts.errors, counts.warnings, counts.left_out),
        (200, 17, 5, 0)
    );
    for problem in report.problems.iter().filter(|problem| problem.row.is_some()) {
        let row = problem.row.expect("it is there") as u32;
        let found = findings.problems(row);
        let known = found
            .iter()
            .find(|known| known.rule == problem.rule)
            .expect("it is told");
        assert!(!known.message.is_empty());
    }
    // Beyond the words there is the rule's explanation.
    assert!(findings.problems(175)[0].message.len() > 20);
    assert_eq!(findings.next((1, 0), false, None), Some((13, 10)));
    assert_eq!(findings.next((200, 20), false, None), Some((13, 10)));
}

#[test]
fn a_ragged_row_is_shown_whole_and_joined() {
    let body = b"Email,First Name,Last Name\r\na@a.co,Ann,Lee\r\nb@a.co,Bob,Ross, Jr.\r\nc@a.co,Cy,Poe\r\n";
    let mapping = Mapping::on_enabling(FileFormat::Csv);
    let mapping = Mapping {
        fields: mapping
            .fields
            .into_iter()
            .zip(["Email", "First Name", "Last Name"])
            .map(|(field, name)| passmuster_core::mapping::ApiField {
                api_field: name.to_owned(),
                ..field
            })
            .collect(),
        ..mapping
    };
    let original = Original::open(body, &mapping, &Options::default());
    assert!(original.is_broken(2));
    assert_eq!(texts(&original.cells(2)), ["b@a.co", "Bob", "Ross", " Jr."]);
    let mut mends = Mends::default();
    let whole = RowMend {
        whole: Some(["b@a.co", "Bob", "Ross, Jr."].map(str::to_owned).to_vec()),
        ..RowMend::default()
    };
    mends.apply("Joined".to_owned(), vec![(2, whole)]);
    let sent = String::from_utf8(original.to_send(&mends)).expect("text");
    assert_eq!(
        sent,
        "Email,First Name,Last Name\r\na@a.co,Ann,Lee\r\nb@a.co,Bob,\"Ross, Jr.\"\r\nc@a.co,Cy,Poe\r\n"
    );
    assert!(
        prepare(sent.as_bytes(), &mapping, &Options::default())
            .into_report()
            .is_clean()
    );
}

#[test]
fn types_stay_in_json_where_nobody_changed_them() {
    let body = br#"[{"email":"a@a.co","n":1.50,"on":true,"x":null},
  {"email":"b@a.co","n":2}, {"email":"c@a.co"}]"#;
    let original = Original::open(body, wide(FileFormat::Json), &Options::default());
    let mut mends = Mends::default();
    let mut first = RowMend::default();
    first.put(0, Some("z@a.co".to_owned()));
    let out = RowMend {
        left_out: true,
        ..RowMend::default()
    };
    mends.apply(String::new(), vec![(1, first), (3, out)]);
    assert_eq!(
        String::from_utf8(original.to_send(&mends)).expect("text"),
        "[{\"email\": \"z@a.co\", \"n\": 1.50, \"on\": true, \"x\": null},\n  {\"email\":\"b@a.co\",\"n\":2}]"
    );
}

#[test]
fn a_sheet_keeps_its_faults_until_they_are_mended() {
    let mut builder = Builder::default();
    for (row, cells) in [["Email", "First Name"], ["a@a.co", "#N/A"], ["b@a.co", "Bob"]]
        .into_iter()
        .enumerate()
    {
        builder.begin_row(2 * row as u32 + 1, false);
        for (column, text) in cells.into_iter().enumerate() {
            let shows = if text == "#N/A" { Shows::Error } else { Shows::Text };
            let span = builder.keep(text);
            builder.add_cell(column as u32, shows, span);
        }
    }
    let workbook = Opened {
        container: Container::Xlsx,
        bytes: 1,
        sheets: Vec::new(),
        sheet: Ok(builder.finish("Users".to_owned())),
    };
    let mapping = wide(FileFormat::Csv);
    let original = Original::open_sheet(&workbook, mapping, &Options::default());
    let rules = |mends: &Mends| {
        let report = check_of(&original.to_check(mends), mapping, original.left_out(mends));
        let rules = report.problems.iter().map(|problem| problem.rule.to_string());
        rules.filter(|rule| rule == "error_value").count()
    };
    let mut mends = Mends::default();
    let mut other = RowMend::default();
    other.put(1, Some("Rob".to_owned()));
    mends.apply(String::new(), vec![(2, other)]);
    assert_eq!(rules(&mends), 1, "a change elsewhere makes no value of what shows none");
    assert_eq!(texts(&original.mended(2, &mends)), ["b@a.co", "Rob"]);
    let sent = String::from_utf8(original.to_send(&mends)).expect("text");
    assert_eq!(sent, "Email,First Name\na@a.co,\nb@a.co,Rob\n");
    let mut mended = RowMend::default();
    mended.put(1, Some("Ann".to_owned()));
    mends.apply(String::new(), vec![(1, mended)]);
    assert_eq!(rules(&mends), 0);
}

#[test]
fn the_columns_of_reasons_are_no_columns_of_the_file() {
    assert_eq!(own_columns(&["Email", "row", "status", "problems"]), 1);
    assert_eq!(own_columns(&["Email", "status", "problems"]), 3);
    let body = b"Email,First Name\nx,=cmd\n";
    let mapping = wide(FileFormat::Csv);
    let original = Original::open(body, mapping, &Options::default());
    let findings = Findings::new(
        prepare(
            body,
            mapping,
            &Options {
                marks: true,
                ..Options::default()
            },
        )
        .into_marked(),
    );
    let told = String::from_utf8(original.with_reasons(&Mends::default(), &findings)).expect("text");
    assert!(
        told.starts_with("\u{FEFF}Email,First Name,row,status,problems\nx,=cmd,1,"),
        "{told}"
    );
    // What comes back is told anew, not twice.
    let again = Original::open(told.as_bytes(), mapping, &Options::default());
    let twice = String::from_utf8(again.with_reasons(&Mends::default(), &findings)).expect("text");
    assert_eq!(told, twice);
}

#[test]
fn what_is_lost_stays_lost_until_somebody_writes_it() {
    let body = b"Email,First Name\na@a.co,Zo\xC3\nb@a.co,B\xC3\xA9a\n";
    let mapping = wide(FileFormat::Csv);
    let original = Original::open(body, mapping, &Options::default());
    let lost = |mends: &Mends| {
        let Written::Body(body) = original.to_check(mends) else {
            unreachable!("it is no workbook")
        };
        let options = Options {
            encoding: Some(Encoding::Utf8),
            ..Options::default()
        };
        let report = prepare(&body, mapping, &options).into_report();
        report
            .problems
            .iter()
            .filter(|problem| problem.rule == "undecodable_bytes")
            .count()
    };
    let mut mends = Mends::default();
    let written = |text: &str| {
        let mut mend = RowMend::default();
        mend.put(1, Some(text.to_owned()));
        mend
    };
    mends.apply(String::new(), vec![(2, written("Bo"))]);
    assert_eq!(lost(&mends), 1);
    mends.apply(String::new(), vec![(1, written("Zo\u{eb}"))]);
    assert_eq!(lost(&mends), 0);
}
