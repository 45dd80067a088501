//! How a body is written down makes no difference: line ends, byte order marks, encodings, delimiters, the order of rows.

use passmuster_core::mapping::Mapping;
use passmuster_core::plan::{Directory, Plan};
use passmuster_core::problem::{Report, Severity};
use proptest::prelude::*;

use crate::bodies::encoded;
use crate::oracles::body_against;
use crate::senders::{csv_of, world_and_rows};

/// Rule, column, severity and how often.
type Found = Vec<(String, String, Severity, u64)>;

/// What was found, by rule and column, without the places.
fn found(report: &Report) -> Found {
    let tallies = report.summary.iter();
    tallies
        .map(|tally| {
            (
                tally.rule.to_string(),
                format!("{:?}", tally.column),
                tally.severity,
                tally.count,
            )
        })
        .collect()
}

fn verdict(body: &[u8], mapping: &Mapping, directory: &Directory) -> (Found, Option<Plan>) {
    let (report, plan) = body_against(body, mapping, directory);
    (found(&report), plan)
}

/// The plan without the rows that say so.
fn without_rows(plan: Plan) -> Plan {
    let changes = plan.changes.into_iter().map(|mut change| {
        change.row = None;
        change
    });
    Plan::new(changes.collect(), plan.groups_created, plan.counts.unchanged)
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn line_ends_and_encodings_make_no_difference((world, rows) in world_and_rows(), how in 0..6_u8) {
        let (mapping, directory) = (&world.mapping, &world.directory);
        let line_feeds = csv_of(&rows, mapping.delimiter, csv::Terminator::Any(b'\n'));
        let expected = verdict(line_feeds.as_bytes(), mapping, directory);
        for terminator in [csv::Terminator::CRLF, csv::Terminator::Any(b'\r')] {
            let other = csv_of(&rows, mapping.delimiter, terminator);
            prop_assert_eq!(&verdict(other.as_bytes(), mapping, directory), &expected);
        }
        // not Windows-1252, which lacks most letters, and UTF-16 without a mark only where Latin letters abound
        let is_latin = line_feeds.is_ascii() && line_feeds.len() > 20;
        if how < 3 || (how < 5 && is_latin) {
            prop_assert_eq!(&verdict(&encoded(&line_feeds, how), mapping, directory), &expected);
        }
        let unended = line_feeds.trim_end_matches('\n');
        if !rows.is_empty() {
            prop_assert_eq!(&verdict(unended.as_bytes(), mapping, directory), &expected);
        }
    }

    #[test]
    fn delimiters_make_no_difference((world, rows) in world_and_rows()) {
        let mut mapping = world.mapping.clone();
        let mut verdicts = [',', ';', '\t', '|'].map(|delimiter| {
            mapping.delimiter = Some(delimiter);
            let body = csv_of(&rows, Some(delimiter), csv::Terminator::Any(b'\n'));
            verdict(body.as_bytes(), &mapping, &world.directory)
        });
        verdicts.rotate_left(1);
        prop_assert!(verdicts.windows(2).all(|two| two[0] == two[1]), "{:#?}", verdicts);
    }

    #[test]
    fn the_order_of_rows_makes_no_difference(
        ((world, rows), shuffled) in world_and_rows().prop_flat_map(|(world, rows)| {
            let header = rows.first().cloned();
            let rest = Just(rows.get(1..).unwrap_or_default().to_vec()).prop_shuffle();
            let shuffled = rest.prop_map(move |rest| header.clone().into_iter().chain(rest).collect::<Vec<_>>());
            (Just((world, rows)), shuffled)
        })
    ) {
        let (mapping, directory) = (&world.mapping, &world.directory);
        // of two rows that can't both be right, which one is told of depends on which comes first
        let of = |rows: &[Vec<String>]| {
            let body = csv_of(rows, mapping.delimiter, csv::Terminator::Any(b'\n'));
            let (_, plan) = body_against(body.as_bytes(), mapping, directory);
            plan.map(without_rows)
        };
        prop_assert_eq!(of(&shuffled), of(&rows));
    }
}
