//! A CSV body is checked in parts, side by side: the same report and the same plan to the byte as checked as a whole,
//! wherever it is cut, in whatever order the parts are read, and however many problems are shown.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use passmuster_core::import::{Options, SideBySide, Together, decide, prepare};
use passmuster_core::mapping::FileFormat;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bodies::{any_bytes, cell, csv_text};
use crate::oracles::{small_directory, wide};

fn on_threads(pieces: &mut [&mut (dyn FnMut() + Send)]) {
    thread::scope(|scope| {
        for piece in pieces {
            scope.spawn(piece);
        }
    });
}

fn last_first(pieces: &mut [&mut (dyn FnMut() + Send)]) {
    for piece in pieces.iter_mut().rev() {
        piece();
    }
}

fn verdict(body: &[u8], problem_limit: usize, how: Option<(usize, usize, Together)>) -> String {
    let options = Options {
        problem_limit,
        side_by_side: how.map(|(parts, bytes, together)| SideBySide { parts, bytes, together }),
        ..Options::default()
    };
    let decision = decide(prepare(body, wide(FileFormat::Csv), &options), small_directory());
    let report = serde_json::to_string(&decision.report).expect("JSON");
    report + &serde_json::to_string(&decision.plan).expect("JSON")
}

fn same_in_parts(body: &[u8], problem_limit: usize) {
    let whole = verdict(body, problem_limit, None);
    for parts in 1..=4 {
        for together in [last_first as Together, on_threads] {
            let in_parts = verdict(body, problem_limit, Some((parts, 1, together)));
            assert_eq!(whole, in_parts, "in {parts} parts");
        }
    }
}

/// Rows that are mostly sound, with cells in quotes, line ends within some of them, and what people get wrong.
pub fn rows() -> impl Strategy<Value = String> {
    let ends = select(&["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", ""][..]);
    let notes = prop_oneof![
        6 => Just("\"plain\"".to_owned()),
        1 => Just("\"a\nb, \"\"c\"\"\r\nd\"".to_owned()),
        1 => Just("5\" pipe".to_owned()),
        1 => Just("\"open".to_owned()),
        1 => Just("\"closed\" behind".to_owned()),
        2 => cell(),
    ];
    let row = (0..12_usize, 0..12_usize, notes, ends);
    (vec(row, 0..60), 0..4_u8).prop_map(|(rows, how)| {
        let mut text = "Email,First Name,Last Name,Manager,Team,Zone,Extension,Notes\n".to_owned();
        for (number, (one, other, notes, end)) in rows.iter().enumerate() {
            let name = if how == 0 { one } else { &number };
            let zone = ["EST", "Europe/Berlin", "nowhere", ""][one % 4];
            text.push_str(&format!(
                "u{name}@a.co,Ann,Lee,u{other}@a.co,Team {one},{zone},{other},{notes}{end}"
            ));
        }
        text
    })
}

#[test]
fn a_long_body_is_read_in_parts() {
    static PIECES: AtomicUsize = AtomicUsize::new(0);
    fn counted(pieces: &mut [&mut (dyn FnMut() + Send)]) {
        PIECES.fetch_add(pieces.len(), Ordering::Relaxed);
        on_threads(pieces);
    }
    let mut body = "Email,First Name,Last Name,Team,Notes\n".to_owned();
    for number in 0..20_000 {
        let address = if number % 997 == 0 { number / 2 } else { number };
        body.push_str(&format!(
            "u{address}@a.co,Ann,Lee,Team {},\"a\n\"\"b\"\"{}\"\n",
            number % 70,
            if number % 501 == 0 { "\u{7}" } else { "" }
        ));
    }
    let whole = verdict(body.as_bytes(), 30, None);
    assert_eq!(whole, verdict(body.as_bytes(), 30, Some((3, 100_000, counted))));
    assert_eq!(PIECES.load(Ordering::Relaxed), 3);
    // not worth cutting
    assert_eq!(whole, verdict(body.as_bytes(), 30, Some((3, 1_000_000, counted))));
    assert_eq!(PIECES.load(Ordering::Relaxed), 3);
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn rows_with_odd_quotes(body in rows(), problem_limit in select(&[1_usize, 4, 100][..])) {
        same_in_parts(body.as_bytes(), problem_limit);
    }

    #[test]
    fn any_csv(body in any_bytes(), text in csv_text()) {
        same_in_parts(&body, 100);
        same_in_parts(text.as_bytes(), 3);
    }
}
