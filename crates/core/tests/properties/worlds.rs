//! Directories that the product itself could hold, with mappings over them.
//!
//! Everything here is sound; what may be wrong with a body is the business of `bodies` and `senders`.

use passmuster_core::field::{ROLES, Target};
use passmuster_core::group::{AttributeKind, AttributeType, GroupType, IntegrationIdType};
use passmuster_core::mapping::{ApiField, FileFormat, ListPolicy, Mapping, OnBlank, OnUnknown};
use passmuster_core::plan::Directory;
use passmuster_core::user::User;
use passmuster_core::value;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

/// A directory and a mapping over it.
#[derive(Debug, Clone)]
pub struct World {
    pub directory: Directory,
    pub mapping: Mapping,
}

/// Pieces of names that files, spreadsheets and readers stumble over.
const PIECES: [&str; 44] = [
    "=1+1",
    "-x",
    "+49",
    "@SUM(A1)",
    "'",
    "''=",
    "'=",
    "\"",
    "\"\"",
    ",",
    "\\",
    "|",
    "Ann",
    "O'Neil",
    "Zoë",
    "Li",
    "e\u{301}",
    "\u{5d0}\u{5d1}",
    "李小龍",
    "\u{1F469}\u{200D}\u{1F680}",
    "0042",
    "007",
    "1.23E+11",
    "null",
    "True",
    "False",
    "<clear>",
    "<CLEAR>",
    "sep=,",
    "[1]",
    "{\"a\":1}",
    "a\u{200B}b",
    "\u{AD}",
    "\u{202E}",
    "\u{A0}",
    "\u{FEFF}",
    "\u{200B}",
    "\u{FFFD}",
    "#N/A",
    "%PDF-",
    " ",
    "Terminated",
    "x",
    "y",
];

/// A text that a cell can leave behind: trimmed, not blank, not `<clear>`, without controls and without `without`.
pub fn text(without: &'static [char]) -> impl Strategy<Value = String> {
    vec(select(&PIECES[..]), 1..4).prop_map(move |pieces| {
        let text = pieces.concat().replace(without, "");
        let text = value::trim(&text);
        if text.is_empty() || text == value::CLEAR {
            "x".to_owned()
        } else {
            text.to_owned()
        }
    })
}

fn sorted(words: Vec<String>) -> Vec<String> {
    let mut words = words;
    words.sort();
    words.dedup();
    words
}

fn attribute_type() -> impl Strategy<Value = AttributeKind> {
    select(&AttributeKind::ALL[..])
}

const OPTIONS: [&str; 4] = ["Low", "High, very", "=x", "'='"];

/// The text of a value of this kind, as its sender may write it.
pub fn attribute_text(kind: AttributeKind) -> BoxedStrategy<String> {
    let json = || {
        let leaf = prop_oneof![
            any::<i64>().prop_map(serde_json::Value::from),
            any::<f64>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
            text(&[]).prop_map(serde_json::Value::from),
            Just(serde_json::Value::Null),
        ];
        leaf.prop_recursive(3, 10, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
                vec((text(&[]), inner), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    };
    match kind {
        AttributeKind::String => (text(&[]), select(&["", "\n", "\r\n", "\t", "\r"][..]), text(&[]))
            .prop_map(|(begin, line_end, end)| format!("{begin}{line_end}{end}"))
            .boxed(),
        AttributeKind::Integer => any::<i64>().prop_map(|number| number.to_string()).boxed(),
        AttributeKind::Float => prop_oneof![
            any::<f64>().prop_map(|number| number.to_string()),
            Just("0.1".to_owned()),
            Just("-0".to_owned()),
            Just("1e-7".to_owned())
        ]
        .prop_filter("finite", |text| text.parse::<f64>().is_ok_and(f64::is_finite))
        .boxed(),
        AttributeKind::Boolean => select(&["True", "False"][..]).prop_map(str::to_owned).boxed(),
        AttributeKind::Date => select(&["2024-02-29", "1999-12-31"][..])
            .prop_map(str::to_owned)
            .boxed(),
        AttributeKind::Datetime => select(&["2026-11-21T08:30:00Z", "2026-11-21 08:30:00.5+02:00"][..])
            .prop_map(str::to_owned)
            .boxed(),
        AttributeKind::Fixed => select(&OPTIONS[..]).prop_map(str::to_owned).boxed(),
        AttributeKind::Json => json().prop_map(|value| value.to_string()).boxed(),
    }
}

/// What a workspace has defined.
#[derive(Debug, Clone)]
struct Defined {
    salesforce: bool,
    group_types: Vec<GroupType>,
    integration_ids: Vec<IntegrationIdType>,
    attributes: Vec<AttributeType>,
}

fn defined() -> impl Strategy<Value = Defined> {
    let group_types = vec(vec(text(&[';']), 0..5), 0..3);
    (any::<bool>(), group_types, 0..3_usize, vec(attribute_type(), 0..3)).prop_map(
        |(salesforce, group_types, ids, attributes)| Defined {
            salesforce,
            group_types: ["Team", "Büro, Ort", "Rôle \"x\""]
                .into_iter()
                .zip(group_types)
                .map(|(name, groups)| GroupType {
                    name: name.to_owned(),
                    groups: sorted(groups),
                })
                .collect(),
            integration_ids: (0..ids)
                .map(|index| IntegrationIdType {
                    slug: format!("id-{index}"),
                    name: format!("ID {index}"),
                })
                .collect(),
            attributes: ["Plain", "Grade, \"pay\"", "=Formula"]
                .into_iter()
                .zip(attributes)
                .map(|(name, kind)| AttributeType {
                    name: name.to_owned(),
                    kind,
                    options: if kind == AttributeKind::Fixed {
                        OPTIONS.map(str::to_owned).to_vec()
                    } else {
                        Vec::new()
                    },
                })
                .collect(),
        },
    )
}

/// The part of an address before the `@`; a number behind it makes it the only one.
fn local() -> impl Strategy<Value = &'static str> {
    select(
        &[
            "ann", "Bob.", "=eq", "+plus", "-dash", "'quoted", "zoë", "o'neil", "K", "mailto",
        ][..],
    )
}

/// What is drawn for one user before it is known who else there is.
#[derive(Debug, Clone)]
struct Draft {
    local: &'static str,
    names: (String, String),
    has_username: bool,
    time_zone: Option<&'static str>,
    manager: Option<Index>,
    truths: (bool, bool, bool),
    role: Option<&'static str>,
    tags: Vec<String>,
    aliases: Vec<String>,
    ids: Vec<Option<String>>,
    attributes: Vec<Option<String>>,
    groups: Vec<Option<Index>>,
    manages: Vec<Vec<Index>>,
}

fn draft(defined: &Defined) -> impl Strategy<Value = Draft> + use<> {
    let attributes: Vec<_> = defined
        .attributes
        .iter()
        .map(|attribute| option::of(attribute_text(attribute.kind)))
        .collect();
    let types = defined.group_types.len();
    let ids = vec(option::of(text(&[])), defined.integration_ids.len());
    let zones = select(
        &[
            "America/New_York",
            "Europe/Berlin",
            "Asia/Kolkata",
            "Etc/GMT+5",
            "Etc/UTC",
        ][..],
    );
    (
        (local(), (text(&[]), text(&[])), any::<bool>(), option::of(zones)),
        (
            option::of(any::<Index>()),
            (any::<bool>(), any::<bool>(), any::<bool>()),
            option::of(select(&ROLES[..])),
        ),
        (vec(text(&['|']), 0..3), vec(text(&['|']), 0..2), ids, attributes),
        (
            vec(option::of(any::<Index>()), types),
            vec(vec(any::<Index>(), 0..3), types),
        ),
    )
        .prop_map(|(who, place, words, groups)| Draft {
            local: who.0,
            names: who.1,
            has_username: who.2,
            time_zone: who.3,
            manager: place.0,
            truths: place.1,
            role: place.2,
            tags: words.0,
            aliases: words.1,
            ids: words.2,
            attributes: words.3,
            groups: groups.0,
            manages: groups.1,
        })
}

/// The user that a draft becomes, beside those who are there already.
fn settled(draft: Draft, defined: &Defined, users: &mut Vec<User>) {
    let number = users.len();
    let picked = |groups: &[String], index: &Index| (!groups.is_empty()).then(|| index.get(groups).clone());
    let mut user = User {
        id: format!("u{number}"),
        email: format!("{}{number}@example.com", draft.local),
        first_name: draft.names.0,
        last_name: draft.names.1,
        username: (draft.has_username || defined.salesforce).then(|| format!("{}{number}@Sf.co", draft.local)),
        time_zone: draft.time_zone.map(str::to_owned),
        is_active: draft.truths.0 || number == 0,
        is_manager: draft.truths.1,
        is_admin: draft.truths.2 || number == 0,
        role: draft.role.map(str::to_owned),
        tags: sorted(draft.tags),
        // an alias, and an ID, belongs to one user
        aliases: sorted(
            draft
                .aliases
                .into_iter()
                .map(|alias| format!("{alias}{number}"))
                .collect(),
        ),
        ..User::default()
    };
    for (kind, id) in defined.integration_ids.iter().zip(draft.ids) {
        if let Some(id) = id {
            user.integration_ids.insert(kind.slug.clone(), format!("{id}/{number}"));
        }
    }
    for (attribute, text) in defined.attributes.iter().zip(draft.attributes) {
        let value = text.and_then(|text| value::attribute::parse(value::trim(&text), attribute));
        if let Some(value) = value.filter(|value| !value.is_null()) {
            user.attributes.insert(attribute.name.clone(), value);
        }
    }
    for (group_type, (member, managed)) in defined.group_types.iter().zip(draft.groups.iter().zip(&draft.manages)) {
        if let Some(group) = member.as_ref().and_then(|index| picked(&group_type.groups, index)) {
            user.groups.insert(group_type.name.clone(), group);
        }
        let managed = sorted(
            managed
                .iter()
                .filter_map(|index| picked(&group_type.groups, index))
                .collect(),
        );
        if !managed.is_empty() {
            user.is_manager = true;
            user.manages.insert(group_type.name.clone(), managed);
        }
    }
    // a manager who was there before, so that there are no circles
    let active: Vec<&User> = users.iter().filter(|user| user.is_active).collect();
    if let Some(index) = draft.manager.filter(|_| !active.is_empty()) {
        user.manager = Some(index.get(&active).email.clone());
    }
    users.push(user);
}

fn directory() -> impl Strategy<Value = Directory> {
    defined().prop_flat_map(|defined| {
        let drafts = vec(draft(&defined), 0..10);
        drafts.prop_map(move |drafts| {
            let mut users = Vec::new();
            for draft in drafts {
                settled(draft, &defined, &mut users);
            }
            Directory {
                salesforce: defined.salesforce,
                snapshot: None,
                group_types: defined.group_types.clone(),
                integration_ids: defined.integration_ids.clone(),
                attributes: defined.attributes.clone(),
                users,
            }
        })
    })
}

/// Every target that a directory can be mapped to.
fn targets(directory: &Directory) -> Vec<Target> {
    let mut targets = vec![
        Target::Username,
        Target::TimeZone,
        Target::Manager,
        Target::IsActive,
        Target::IsManager,
        Target::IsAdmin,
        Target::Role,
        Target::Tags,
        Target::Aliases,
    ];
    targets.extend(
        directory
            .integration_ids
            .iter()
            .map(|kind| Target::IntegrationId(kind.slug.clone())),
    );
    for group_type in &directory.group_types {
        targets.push(Target::GroupMembership(group_type.name.clone()));
        targets.push(Target::GroupManager(group_type.name.clone()));
    }
    targets.extend(
        directory
            .attributes
            .iter()
            .map(|attribute| Target::Attribute(attribute.name.clone())),
    );
    targets
}

/// Policies and a value map that a field of this target may have. No map catches a value without giving it back.
fn policies(name: String, target: Target) -> impl Strategy<Value = ApiField> {
    let maps: &[&[(&str, &str)]] = match target.field().code {
        "user.is_active" | "user.is_manager" | "user.is_admin" => &[
            &[],
            &[("Terminated", "False"), ("Active", "True")],
            &[("True", "False"), ("False", "True")],
            &[("", "False")],
        ],
        "user.manager" | "user.role" => &[&[], &[("none", "<clear>")], &[("", "Participant")], &[("x", " ")]],
        "user.email" => &[&[]],
        "user.tags" | "group_manager:" => &[&[], &[("x", "y"), ("y", "x")], &[("x", "<clear>")], &[("<clear>", "x")]],
        _ => &[&[], &[("x", "y"), ("y", "x")], &[("=1+1", "Ann"), ("Ann", "=1+1")]],
    };
    let ons = (
        option::of(select(&[OnBlank::Keep, OnBlank::Clear, OnBlank::Error][..])),
        option::of(select(
            &[OnUnknown::Keep, OnUnknown::Clear, OnUnknown::Error, OnUnknown::Create][..],
        )),
        option::of(select(&[ListPolicy::Add, ListPolicy::Replace, ListPolicy::Remove][..])),
    );
    (ons, select(maps.to_vec())).prop_map(move |((on_blank, on_unknown, list), map)| {
        let plain = ApiField::new(name.clone(), target.clone());
        let line = target.field();
        let mut field = plain.clone();
        field.on_blank = on_blank.unwrap_or(plain.on_blank);
        field.on_unknown = on_unknown.filter(|_| line.on_unknown.is_some()).or(plain.on_unknown);
        field.list = list.filter(|_| line.list.is_some()).or(plain.list);
        field.value_map = map
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
            .collect();
        let is_sound = |field: &ApiField| {
            let mut mapping = Mapping::on_enabling(FileFormat::Csv);
            match mapping.fields.iter_mut().find(|known| known.target == field.target) {
                Some(known) => *known = field.clone(),
                None => mapping.fields.push(field.clone()),
            }
            mapping.faults().is_empty()
        };
        if is_sound(&field) { field } else { plain }
    })
}

/// Names of API fields: plain ones, and such as other readers take for something else.
const API_FIELDS: [&str; 24] = [
    "Email",
    "email",
    "Vorname",
    "名",
    "=cmd",
    "a;b",
    "a,b",
    "x|y",
    "\"q\"",
    "{\"",
    "[1]",
    "%PDF-1",
    "<html>",
    "BZh",
    "sep=;",
    "line\nbreak",
    "tab\there",
    "'x",
    "42",
    "a;a;a;a",
    "GIF89a",
    "PAR1",
    "e\u{301}",
    "\u{200B}z",
];

fn api_fields(count: usize) -> impl Strategy<Value = Vec<String>> {
    let odd = subsequence(&API_FIELDS[..], 0..=count.min(API_FIELDS.len())).prop_shuffle();
    odd.prop_map(move |odd| {
        let mut names: Vec<String> = odd.into_iter().map(str::to_owned).collect();
        let plain = (0..).map(|number| format!("Column {number}"));
        names.extend(plain.take(count.saturating_sub(names.len())));
        names
    })
}

fn mapping(directory: &Directory) -> impl Strategy<Value = Mapping> + use<> {
    let all = targets(directory);
    let salesforce = directory.salesforce;
    let count = all.len();
    let delimiter = option::of(select(&[',', ';', '\t', '|'][..]));
    (subsequence(all, 0..=count), delimiter).prop_flat_map(move |(mut chosen, delimiter)| {
        if salesforce && !chosen.contains(&Target::Username) {
            chosen.push(Target::Username);
        }
        chosen.extend(Target::REQUIRED);
        let names = api_fields(chosen.len());
        (names, Just(chosen).prop_shuffle()).prop_flat_map(move |(names, chosen)| {
            let fields: Vec<_> = names
                .into_iter()
                .zip(chosen)
                .map(|(name, target)| policies(name, target))
                .collect();
            fields.prop_map(move |fields| Mapping {
                version: 1,
                file_format: FileFormat::Csv,
                delimiter,
                fields,
            })
        })
    })
}

/// A directory of up to nine users, and a sound mapping over any of its targets.
pub fn world() -> impl Strategy<Value = World> {
    directory().prop_flat_map(|directory| {
        mapping(&directory).prop_map(move |mapping| World {
            directory: directory.clone(),
            mapping,
        })
    })
}
