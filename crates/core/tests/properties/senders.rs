//! Bodies that speak of the users of a directory, as the programs that send them do: mostly right, often not.

use passmuster_core::field::Target;
use passmuster_core::plan::Directory;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::worlds::{World, attribute_text, text, world};

/// A cell that the field of this target may well have in a body about this directory.
fn cell(target: &Target, directory: &Directory) -> BoxedStrategy<String> {
    let emails: Vec<String> = directory.users.iter().map(|user| user.email.clone()).collect();
    let known = |more: &[&str]| {
        let mut all = emails.clone();
        all.extend(more.iter().map(|text| (*text).to_owned()));
        select(all).boxed()
    };
    let users = directory.users.iter();
    let of = |words: &'static [&'static str]| select(words).prop_map(str::to_owned).boxed();
    match target {
        Target::Email => known(&["new1@a.co", "NEW2@a.co", "new3@a.co", "mailto:new4@a.co"]),
        Target::FirstName | Target::LastName => text(&[]).boxed(),
        Target::Username => {
            let mut all: Vec<String> = users.filter_map(|user| user.username.clone()).collect();
            all.extend(["new1@sf.co", "new2@sf.co", "new3@sf.co", ""].map(str::to_owned));
            select(all).boxed()
        }
        Target::TimeZone => of(&["Asia/Tokyo", "us/eastern", "Pacific Standard Time", "", "<clear>"]),
        Target::Manager if directory.salesforce => {
            let mut all: Vec<String> = users.filter_map(|user| user.username.clone()).collect();
            all.extend(["new1@sf.co", "nobody@sf.co", "", "<clear>"].map(str::to_owned));
            select(all).boxed()
        }
        Target::Manager => known(&["new1@a.co", "nobody@a.co", "", "<clear>"]),
        Target::IsActive | Target::IsManager | Target::IsAdmin => of(&["True", "False", "1", "", "Terminated"]),
        Target::Role => of(&["FullAdmin", "LimitedAdmin", "Participant", "Deactivated", "", "<clear>"]),
        Target::Tags => vec(text(&['|']), 0..3).prop_map(|words| words.join("|")).boxed(),
        Target::Aliases => {
            let mut all: Vec<String> = users.flat_map(|user| user.aliases.clone()).collect();
            all.extend(["one", "two", "ONE", "<clear>", "|", ""].map(str::to_owned));
            vec(select(all), 0..3).prop_map(|words| words.join("|")).boxed()
        }
        Target::IntegrationId(slug) => {
            let mut all: Vec<String> = users
                .filter_map(|user| user.integration_ids.get(slug).cloned())
                .collect();
            all.extend(["0042", "42", "a", "", "<clear>"].map(str::to_owned));
            select(all).boxed()
        }
        Target::GroupMembership(name) | Target::GroupManager(name) => {
            let known = directory.group_types.iter().find(|known| known.name == *name);
            let mut all = known.map(|known| known.groups.clone()).unwrap_or_default();
            all.extend(["New", "Dogs", "<clear>", ""].map(str::to_owned));
            if matches!(target, Target::GroupMembership(_)) {
                select(all).boxed()
            } else {
                vec(select(all), 0..3).prop_map(|names| names.join("; ")).boxed()
            }
        }
        Target::Attribute(name) => {
            let known = directory.attributes.iter().find(|known| known.name == *name);
            let kind = known.map(|known| known.kind).unwrap_or_default();
            prop_oneof![4 => attribute_text(kind), 1 => of(&["", "<clear>", "null"])].boxed()
        }
    }
}

/// Header and rows about the users of a world and a few new ones; often with something wrong in them.
pub fn rows(world: &World) -> impl Strategy<Value = Vec<Vec<String>>> + use<> {
    let fields = world.mapping.fields.clone();
    let row: Vec<_> = fields
        .iter()
        .map(|field| cell(&field.target, &world.directory))
        .collect();
    let shown = vec(prop::bool::weighted(0.8), fields.len());
    (vec(row, 0..8), shown).prop_map(move |(rows, shown)| {
        let is_shown = |index: usize| shown[index] || fields[index].target.field().required;
        let headers: Vec<String> = fields.iter().map(|field| field.api_field.clone()).collect();
        let key = fields.iter().position(|field| field.target == Target::Email);
        let mut seen = std::collections::BTreeSet::new();
        [headers]
            .into_iter()
            .chain(rows)
            // mostly each user once, so that most bodies load
            .filter(|row| seen.insert(row[key.unwrap_or_default()].to_ascii_lowercase()))
            .map(|row| {
                let cells = row.into_iter().enumerate();
                cells
                    .filter(|(index, _)| is_shown(*index))
                    .map(|(_, cell)| cell)
                    .collect()
            })
            .collect()
    })
}

/// Rows as CSV.
pub fn csv_of(rows: &[Vec<String>], delimiter: Option<char>, terminator: csv::Terminator) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter.unwrap_or(',') as u8)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(terminator)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("memory takes it");
    }
    String::from_utf8(writer.into_inner().expect("memory takes it")).expect("text")
}

/// A CSV body about the users of a world.
pub fn body(world: &World) -> impl Strategy<Value = String> + use<> {
    let delimiter = world.mapping.delimiter;
    rows(world).prop_map(move |rows| csv_of(&rows, delimiter, csv::Terminator::Any(b'\n')))
}

/// A world and the rows of a body about it.
pub fn world_and_rows() -> impl Strategy<Value = (World, Vec<Vec<String>>)> {
    world().prop_flat_map(|world| {
        let rows = rows(&world);
        (Just(world), rows)
    })
}

/// A world and a few bodies about it, one after the other; in some worlds each body is a full snapshot.
pub fn world_and_bodies() -> impl Strategy<Value = (World, Vec<String>)> {
    let world = (world(), option::weighted(0.2, vec(any::<bool>(), 10)));
    world.prop_flat_map(|(mut world, managed)| {
        let users = world.directory.users.iter();
        world.directory.snapshot = managed.map(|managed| {
            let managed = users.zip(managed).filter(|(_, is_managed)| *is_managed);
            managed.map(|(user, _)| user.email.clone()).collect()
        });
        let bodies = vec(body(&world), 1..4);
        (Just(world), bodies)
    })
}
