//! Bodies and mapping documents as strategies: noise, soups of the words that readers care about, and real files with
//! something wrong in them.
//!
//! Nothing here knows what the verdict should be.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What means something to one of the readers, and what has broken readers elsewhere.
const WORDS: [&str; 92] = [
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " ",
    "\u{FEFF}",
    "sep=;\n",
    "sep=,\r\n",
    "\"sep=|\"\n",
    "Email",
    "First Name",
    "Last Name",
    "email",
    "first_name",
    "last_name",
    "Username",
    "Zone",
    "Manager",
    "Active",
    "Is Manager",
    "Is Admin",
    "Role",
    "Tags",
    "Aliases",
    "Extension",
    "Team",
    "Leads",
    "Desk",
    "Notes",
    "ann@a.co",
    "ANN@A.CO",
    "bob@a.co",
    "mailto:bob@a.co",
    "new@a.co",
    "m\u{430}x@a.co",
    "Ann",
    "Lee",
    "\u{5d0}\u{5d1}",
    "e\u{301}",
    "True",
    "false",
    "1",
    "yes",
    "Terminated",
    "<clear>",
    "<Clear>",
    "America/New_York",
    "EST",
    "Pacific Standard Time",
    "+05:30",
    "FullAdmin",
    "Deactivated",
    "Dogs",
    "dogs",
    "Cats;Dogs",
    ";",
    "x|y|x",
    "0042",
    "1.23E+11",
    "9007199254740993",
    "1e400",
    "-0",
    "=1+1",
    "'=1+1",
    "\0",
    "\u{200B}",
    "\u{202E}",
    "\u{FFFD}",
    "\u{1F469}\u{200D}\u{1F680}",
    "[",
    "]",
    "{",
    "}",
    ":",
    "\\",
    "\\ud800",
    "\\ud83d\\ude00",
    "\\u0000",
    "null",
    "\"Email\":\"ann@a.co\"",
    "\"First Name\":",
    "{\"email\":\"a@b.co\"}",
    "[{",
    "}]",
    "\u{2028}",
    "Z\u{308}\u{323}\u{308}\u{323}\u{308}",
];

/// Text of words that mean something, in any order.
fn soup() -> impl Strategy<Value = String> {
    vec(select(&WORDS[..]), 0..40).prop_map(|words| words.concat())
}

/// A cell as people fill it, and as they shouldn't.
pub fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&WORDS[..]).prop_map(str::to_owned),
        2 => vec(select(&WORDS[..]), 0..4).prop_map(|words| words.concat()),
        1 => Just("x".repeat(151)),
        1 => any::<String>(),
    ]
}

const HEADERS: [&str; 17] = [
    "Email",
    "First Name",
    "Last Name",
    "Username",
    "Zone",
    "Manager",
    "Active",
    "Is Manager",
    "Is Admin",
    "Role",
    "Tags",
    "Aliases",
    "Extension",
    "Team",
    "Leads",
    "Desk",
    "Notes",
];

fn headers() -> impl Strategy<Value = Vec<String>> {
    let some = proptest::sample::subsequence(&HEADERS[..], 0..=HEADERS.len()).prop_shuffle();
    let all = |some: Vec<&'static str>| {
        let mut headers: Vec<String> = ["Email", "First Name", "Last Name"].map(str::to_owned).to_vec();
        headers.extend(
            some.into_iter()
                .filter(|name| !HEADERS[..3].contains(name))
                .map(str::to_owned),
        );
        headers
    };
    prop_oneof![
        5 => some.prop_map(all),
        1 => vec(cell(), 0..6),
    ]
}

/// A value that has a chance in the column of this name.
fn fitting(header: &str) -> BoxedStrategy<String> {
    let of =
        |values: &'static [&'static str]| prop_oneof![8 => select(values).prop_map(str::to_owned), 1 => cell()].boxed();
    match header {
        "Email" => prop_oneof![
            4 => (0..30_u8).prop_map(|number| format!("user{number}@a.co")),
            1 => of(&["ann@a.co", "Bob@A.co", "mailto:ann@a.co", "zo\u{eb}@b\u{fc}cher.example", "\u{430}nn@a.co"])
        ]
        .boxed(),
        "First Name" | "Last Name" => of(&["Ann", "Lee", "O'Neil", "=1+1", "Li, Wei", "\"Bo\"", "Jo\u{200B}"]),
        "Username" => of(&["ann@a.co", "user1@a.co", "BOB@sf.co", "bob@sf.co", ""]),
        "Zone" => of(&[
            "America/New_York",
            "europe/berlin",
            "EST",
            "W. Europe Standard Time",
            "",
        ]),
        "Manager" => of(&[
            "bob@a.co",
            "ann@a.co",
            "user1@a.co",
            "user2@a.co",
            "user3@a.co",
            "nobody@a.co",
            "",
        ]),
        "Active" | "Is Manager" | "Is Admin" => of(&["True", "False", "1", "n", "Terminated", ""]),
        "Role" => of(&["FullAdmin", "LimitedAdmin", "Participant", "Deactivated", ""]),
        "Tags" | "Aliases" => of(&["x", "x|y", "y|X||z", "annie", "|", "<clear>", ""]),
        "Extension" => of(&["0042", "42", "1.5E+9", "a b", ""]),
        "Team" => of(&["Dogs", "dogs", "Cats", "New", "Do\u{200B}gs", ""]),
        "Leads" => of(&["Dogs;Cats", ";", "New; Cats", "Dgos", ""]),
        "Desk" => of(&["7", "-0", "007", "1.5", ""]),
        _ => of(&["{\"b\":1,\"a\":[]}", "null", "\"x\"", "1.10", "{\"a\":1,\"a\":2}", ""]),
    }
}

fn quoted(cell: &str, delimiter: &str, always: bool) -> String {
    if always || cell.contains([',', ';', '\t', '|', '"', '\n', '\r']) || cell.contains(delimiter) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// CSV as a program writes it, but for what stands in its cells.
pub fn csv_text() -> impl Strategy<Value = String> {
    let file = headers().prop_flat_map(|headers| {
        let row: Vec<_> = headers.iter().map(|header| fitting(header)).collect();
        (Just(headers), vec(row, 0..12))
    });
    let style = (
        select(&[",", ";", "\t", "|"][..]),
        select(&["\n", "\r\n", "\r"][..]),
        any::<bool>(),
    );
    (file, style).prop_map(|((headers, rows), (delimiter, line_end, always))| {
        let mut text = String::new();
        for row in [headers].into_iter().chain(rows) {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell, delimiter, always)).collect();
            text += &cells.join(delimiter);
            text += line_end;
        }
        text
    })
}

fn value(cell: String, kind: u8) -> serde_json::Value {
    match kind {
        0 => true.into(),
        1 => serde_json::Value::Null,
        2 => serde_json::from_str(&cell).unwrap_or_else(|_| cell.into()),
        3 => serde_json::json!([cell]),
        4 => serde_json::json!({ "a": cell }),
        _ => cell.into(),
    }
}

/// JSON as a program writes it: a list, or an object a line.
pub fn json_text() -> impl Strategy<Value = String> {
    let object = headers().prop_flat_map(|headers| {
        let cells: Vec<_> = headers.iter().map(|header| (fitting(header), 0..60_u8)).collect();
        (Just(headers), cells)
    });
    (vec(object, 0..8), any::<bool>()).prop_map(|(objects, by_line)| {
        let objects = objects.into_iter().map(|(headers, cells)| {
            let values = cells.into_iter().map(|(cell, kind)| value(cell, kind));
            serde_json::Value::Object(headers.into_iter().zip(values).collect()).to_string()
        });
        let objects: Vec<String> = objects.collect();
        if by_line {
            objects.join("\n")
        } else {
            format!("[{}]", objects.join(","))
        }
    })
}

/// One thing done to the bytes of a file.
#[derive(Debug, Clone)]
enum Damage {
    Insert(usize, &'static str),
    Flip(usize, u8),
    Cut(usize),
    Twice(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => (any::<usize>(), select(&WORDS[..])).prop_map(|(at, word)| Damage::Insert(at, word)),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        1 => any::<usize>().prop_map(Damage::Cut),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Damage::Twice(from, to)),
    ]
}

fn damaged(mut body: Vec<u8>, all: Vec<Damage>) -> Vec<u8> {
    for one in all {
        let place = |at: usize| at % (body.len() + 1);
        match one {
            Damage::Insert(at, word) => {
                let at = place(at);
                body.splice(at..at, word.bytes());
            }
            Damage::Flip(at, byte) => {
                let at = place(at);
                if let Some(old) = body.get_mut(at) {
                    *old = byte;
                }
            }
            Damage::Cut(at) => body.truncate(place(at)),
            Damage::Twice(from, to) => {
                let (from, to) = (place(from), place(to));
                let piece = body[from.min(to)..from.max(to)].to_vec();
                body.extend(piece);
            }
        }
    }
    body
}

/// The bytes of a text in one of the encodings that are read.
pub fn encoded(text: &str, how: u8) -> Vec<u8> {
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match how {
        0 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        1 => [&b"\xFF\xFE"[..], &units(u16::to_le_bytes)].concat(),
        2 => [&b"\xFE\xFF"[..], &units(u16::to_be_bytes)].concat(),
        3 => units(u16::to_le_bytes),
        4 => units(u16::to_be_bytes),
        5 => text
            .chars()
            .map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?'))
            .collect(),
        _ => text.as_bytes().to_vec(),
    }
}

/// Any bytes: noise, soup, and files with damage.
pub fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![2 => soup(), 3 => csv_text(), 3 => json_text()];
    let file = (text, 0..14_u8, vec(damage(), 0..3));
    prop_oneof![
        1 => vec(any::<u8>(), 0..300),
        8 => file.prop_map(|(text, how, all)| damaged(encoded(&text, how), all)),
    ]
}

/// Lists and objects within each other, deeper than anybody looks.
pub fn deep() -> impl Strategy<Value = String> {
    (
        0..300_usize,
        0..300_usize,
        select(&["", "1", "{\"Email\":\"a@b.co\"}", "\"\\ud800\""][..]),
        any::<bool>(),
    )
        .prop_map(|(opened, closed, inside, is_object)| {
            let (open, close) = if is_object { ("{\"a\":", "}") } else { ("[", "]") };
            format!("{}{inside}{}", open.repeat(opened), close.repeat(closed))
        })
}

const TARGETS: [&str; 22] = [
    "user.email",
    "user.first_name",
    "user.last_name",
    "user.username",
    "user.time_zone",
    "user.manager",
    "user.is_active",
    "user.is_manager",
    "user.is_admin",
    "user.role",
    "user.tags",
    "user.aliases",
    "integration_id:phone-extension",
    "integration_id:none",
    "group_membership:Team",
    "group_membership:None",
    "group_manager:Team",
    "group_manager: ",
    "attribute:Desk",
    "attribute:Notes",
    "attribute:None",
    "user.shoe_size",
];

fn policy(words: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::weighted(0.3, select(words))
}

/// One entry of a mapping document, sound or not.
fn entry() -> impl Strategy<Value = serde_json::Value> {
    let name = prop_oneof![4 => select(&HEADERS[..]).prop_map(str::to_owned), 1 => cell(), 1 => Just("n".repeat(44))];
    let map = vec((cell(), cell()), 0..3);
    let policies = (
        policy(&["keep", "clear", "error", "never"]),
        policy(&["keep", "clear", "error", "create"]),
        policy(&["add", "replace", "remove"]),
    );
    (
        name,
        select(&TARGETS[..]),
        policies,
        proptest::option::weighted(0.3, map),
    )
        .prop_map(|(name, target, (on_blank, on_unknown, list), map)| {
            let mut entry = serde_json::json!({ "api_field": name, "target": target });
            for (key, policy) in [("on_blank", on_blank), ("on_unknown", on_unknown), ("list", list)] {
                if let Some(policy) = policy {
                    entry[key] = policy.into();
                }
            }
            if let Some(map) = map {
                entry["value_map"] = map.into_iter().collect();
            }
            entry
        })
}

/// A mapping document, sound or not.
pub fn mapping_document() -> impl Strategy<Value = Vec<u8>> {
    let required = [
        ("Email", "user.email"),
        ("First Name", "user.first_name"),
        ("Last Name", "user.last_name"),
    ];
    let required = required.map(|(name, target)| serde_json::json!({ "api_field": name, "target": target }));
    let head = (
        prop_oneof![9 => Just(1), 1 => any::<u32>()],
        select(&["csv", "csv", "json", "xls"][..]),
    );
    let delimiter = policy(&[",", ";", "\t", "|", "x", "\u{e9}"]);
    let document = (head, delimiter, vec(entry(), 0..8), any::<bool>()).prop_map(
        move |((version, format), delimiter, mut fields, with_required)| {
            if with_required {
                fields.splice(0..0, required.clone());
            }
            let mut document = serde_json::json!({ "version": version, "file_format": format, "fields": fields });
            if let Some(delimiter) = delimiter {
                document["delimiter"] = delimiter.into();
            }
            document.to_string().into_bytes()
        },
    );
    let document = document.boxed();
    prop_oneof![
        5 => document.clone(),
        2 => (document, vec(damage(), 1..3)).prop_map(|(document, all)| damaged(document, all)),
        1 => any_bytes(),
    ]
}
