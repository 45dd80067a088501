//! JSON is read in one pass where it is plain, and by `serde_json` where it isn't: on any text as `serde_json` alone
//! reads it, to the cell, the line and the error.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bodies::{any_bytes, json_text};
use crate::oracles::one_pass_reads_as_two;

/// Keys, some in two spellings, and one that is no text.
const KEYS: [&str; 9] = [
    r#""Email""#,
    r#""First Name""#,
    r#""First\u0020Name""#,
    r#""n\u00e9""#,
    r#""né""#,
    r#""\\u0041""#,
    r#""""#,
    r#""\ud800""#,
    r#""a key that is longer than a word of the machine""#,
];

const VALUES: [&str; 20] = [
    r#""ann@a.co""#,
    r#""""#,
    r#""12345678""#,
    r#""1234567\n""#,
    r#""\u0416\u0416 \\\" \/""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ud83d\u0041""#,
    r#""\ude00""#,
    r#""\\ud800""#,
    "\"a\tb\"",
    "\"Zo\u{308}e\u{2028}\u{1F469}\"",
    "0",
    "-12.50e+3",
    "00042",
    "true",
    "false",
    "null",
    r#"{"a":[1,{}]}"#,
    "[\n\n]",
];

const BLANKS: [&str; 7] = ["", "", "", " ", "\n", "\r\n  ", "\t\r"];

fn object() -> impl Strategy<Value = String> {
    // most objects of a body have the same keys in the same order; the selection leaves some out
    let pair = (0..5_usize, 0..12_usize, 0..200_usize, vec(select(&BLANKS[..]), 4));
    vec(pair, 0..6).prop_map(|pairs| {
        let mut object = String::from("{");
        for (place, (skip, value, rare, blanks)) in pairs.iter().enumerate() {
            let key = if *rare < 6 {
                KEYS[rare + 3]
            } else {
                KEYS[(place + skip / 4) % 4]
            };
            let value = if *rare > 180 {
                VALUES[rare % VALUES.len()]
            } else {
                VALUES[*value]
            };
            let comma = if place == 0 { "" } else { "," };
            object.extend([comma, blanks[0], key, blanks[1], ":", blanks[2], value, blanks[3]]);
        }
        object + "}"
    })
}

fn body() -> impl Strategy<Value = String> {
    let element = prop_oneof![
        20 => object(),
        1 => select(&VALUES[..]).prop_map(str::to_owned),
    ];
    let cut = prop_oneof![3 => Just(usize::MAX), 1 => any::<usize>()];
    let element = (element, select(&BLANKS[..]));
    (vec(element, 0..8), 0..5_u8, cut).prop_map(|(elements, how, cut)| {
        let elements: Vec<String> = elements.into_iter().map(|(element, blank)| element + blank).collect();
        let body = match how {
            0 => elements.join(""),
            1 => elements.join("\n"),
            _ => format!("[{}]", elements.join(",")),
        };
        match cut {
            usize::MAX => body,
            cut => body.chars().take(cut % (body.chars().count() + 1)).collect(),
        }
    })
}

/// All texts of up to so many of these pieces.
fn each(pieces: &[&str], most: u32, hold: impl Fn(&str)) {
    for length in 0..=most {
        for number in 0..pieces.len().pow(length) {
            let places = (0..length).map(|place| pieces[number / pieces.len().pow(place) % pieces.len()]);
            hold(&places.collect::<String>());
        }
    }
}

#[test]
fn every_short_text() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "1",
        "null",
        "\r\n",
        " ",
    ];
    each(&pieces, 4, |text| {
        one_pass_reads_as_two(text);
        one_pass_reads_as_two(&format!("[{text}]"));
        one_pass_reads_as_two(&format!("[{{\"a\":1,\"b\":2}},{{\"a\":{text}}}]"));
    });
}

#[test]
fn every_short_inside_of_a_text() {
    let pieces = ["\\", "u", "D800", "dc00", "\"", "n", "x", "\t", "é", "12345678"];
    each(&pieces, 4, |text| {
        one_pass_reads_as_two(&format!("[{{\"a\":\"{text}\"}},{{\"a\":\"\"}}]"));
        one_pass_reads_as_two(&format!("{{\"{text}\":1}}{{\"{text}\":\"{text}"));
    });
}

#[test]
fn every_short_number() {
    each(&["-", "0", "1", ".", "e", "+"], 5, |text| {
        one_pass_reads_as_two(&format!("[{{\"a\":{text},\"b\":{text}}}]"));
    });
}

#[test]
fn more_keys_than_columns() {
    let object = |from: usize, to: usize| {
        let pairs: Vec<String> = (from..to).map(|key| format!("\"{key}\":1")).collect();
        format!("{{{}}}", pairs.join(","))
    };
    let objects = [
        object(0, 9_000),
        object(9_000, 16_384),
        object(5, 9),
        object(16_380, 16_390),
        object(5, 9),
    ];
    one_pass_reads_as_two(&format!("[{}]", objects.join(",\n")));
    one_pass_reads_as_two(&format!("[{},\n01]", objects.join(",")));
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn objects_with_something_unusual(body in body()) {
        one_pass_reads_as_two(&body);
    }

    #[test]
    fn files_and_noise(body in any_bytes(), text in json_text()) {
        one_pass_reads_as_two(&String::from_utf8_lossy(&body));
        one_pass_reads_as_two(&text);
    }
}
