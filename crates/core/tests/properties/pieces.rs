//! A CSV body is checked piece by piece: the same report to the byte as checked as a whole, wherever the pieces end.

use passmuster_core::import::{Options, ReadAt, check_in_pieces, prepare};
use passmuster_core::mapping::FileFormat;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bodies::{any_bytes, csv_text};
use crate::oracles::wide;
use crate::parts::rows;

#[derive(Debug)]
struct Body<'b>(&'b [u8]);

impl ReadAt for Body<'_> {
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> usize {
        let rest = usize::try_from(at)
            .ok()
            .and_then(|at| self.0.get(at..))
            .unwrap_or_default();
        let many = rest.len().min(buffer.len());
        buffer[..many].copy_from_slice(&rest[..many]);
        many
    }
}

/// Whether the body was checked piece by piece.
fn same_in_pieces(body: &[u8], piece: usize, problem_limit: usize) -> bool {
    let options = Options {
        problem_limit,
        ..Options::default()
    };
    let mapping = wide(FileFormat::Csv);
    let Some(report) = check_in_pieces(&Body(body), body.len() as u64, piece, mapping, &options) else {
        return false;
    };
    let whole = prepare(body, mapping, &options).into_report();
    let text = |report| serde_json::to_string(report).expect("JSON");
    assert_eq!(text(&whole), text(&report), "in pieces of {piece}");
    true
}

/// Good rows, so many that it is known what the body is.
fn beginning(mark: &str) -> String {
    let mut text = format!("{mark}Email,First Name,Last Name,Manager,Team,Zone,Extension,Notes\n");
    for number in 0..33 {
        text.push_str(&format!(
            "p{number}@a.co,Ann,Lee,p1@a.co,Team {number},Europe/Berlin,{number},plain\n"
        ));
    }
    text
}

fn pieces() -> impl Strategy<Value = (usize, usize)> {
    (
        select(&[1_usize, 7, 64, 300, 5_000][..]),
        select(&[1_usize, 4, 100][..]),
    )
}

#[test]
fn a_long_body_is_read_in_pieces() {
    let mut body = beginning("\u{feff}");
    for number in 0..20_000 {
        let address = if number % 997 == 0 { number / 2 } else { number };
        let manager = number / 8;
        let zone = ["EST", "Europe/Berlin", "nowhere", "", "Asia/Tokyo"][number % 5];
        body.push_str(&format!(
            "U{address}@a.co,Ann,Lee,\"u{manager}@a.co\",Team {},{zone},{number},\"a\n\"\"b\"\"{}\"\n",
            number % 70,
            if number % 501 == 0 { "\u{7}" } else { "" }
        ));
    }
    assert!(same_in_pieces(body.as_bytes(), 1 << 16, 30));
    assert!(same_in_pieces(body.as_bytes(), 1 << 10, 1_000));
}

#[test]
fn what_is_no_plain_csv_is_read_as_a_whole() {
    let good = beginning("");
    assert!(same_in_pieces(good.as_bytes(), 64, 100));
    for bad in [
        good.replace("Ann", "Zo\u{e9}")
            .chars()
            .map(|letter| letter as u8)
            .collect(),
        good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        good.replace('\n', "\r").into_bytes(),
        format!("[{good}").into_bytes(),
        Vec::new(),
    ] {
        same_in_pieces(&bad, 64, 100);
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn rows_with_odd_quotes((piece, limit) in pieces(), body in rows(), mark in select(&["", "\u{feff}"][..])) {
        // without their header
        let rows = body.split_once('\n').map_or("", |(_, rows)| rows);
        prop_assert!(same_in_pieces((beginning(mark) + rows).as_bytes(), piece, limit));
    }

    #[test]
    fn any_csv((piece, limit) in pieces(), bytes in any_bytes(), text in csv_text()) {
        same_in_pieces(&bytes, piece, limit);
        same_in_pieces(text.as_bytes(), piece, limit);
        let mut body = beginning("").into_bytes();
        body.extend(&bytes);
        same_in_pieces(&body, piece, limit);
        same_in_pieces((beginning("") + &text).as_bytes(), piece, limit);
    }
}
