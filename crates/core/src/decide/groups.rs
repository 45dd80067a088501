//! Groups: which a user is a member of and manages, which are new, and which were probably mistyped.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use crate::field::Target;
use crate::log::Log;
use crate::mapping::{ListPolicy, OnUnknown};
use crate::order;
use crate::plan::NewGroup;
use crate::record::{Said, TextKey};
use crate::rules::{near_miss_group, unknown_group};
use crate::value;

use super::people::{People, Person};

/// A name that no group of its type has, where it is used first and how often.
#[derive(Debug)]
struct Unknown {
    record: usize,
    field: usize,
    count: u64,
}

/// Finds the groups that the body would create. Those that come near another are reported.
pub fn new_groups(people: &People<'_, '_>, log: &mut Log) -> Vec<NewGroup> {
    let records = people.records;
    let known: HashMap<&str, HashSet<&str>> = people
        .directory
        .group_types
        .iter()
        .map(|group_type| {
            (
                group_type.name.as_str(),
                group_type.groups.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    let mut unknown: BTreeMap<&str, HashMap<&str, Unknown>> = BTreeMap::new();
    for (field, api) in records.fields(|target| matches!(target, Target::GroupMembership(_) | Target::GroupManager(_)))
    {
        let group_type = api.target.name().unwrap_or_default();
        let known = known.get(group_type);
        let unknown = unknown.entry(group_type).or_default();
        if api.list == Some(ListPolicy::Remove) {
            continue;
        }
        // each different cell is looked at once
        let key_of = records.text_keys(field);
        let column = &records.cells[field];
        let mut uses: Vec<(u32, u32)> = vec![(0, 0); column.entries().len()];
        let mut others: Vec<u32> = Vec::new();
        column.each(|record, code| {
            if records.dropped[record] {
                return;
            }
            match code.entry() {
                Some(entry) => {
                    let (first, count) = &mut uses[entry];
                    if *count == 0 {
                        *first = record as u32;
                    }
                    *count += 1;
                }
                None if code.is_near() => others.push(record as u32),
                None => {}
            }
        });
        let mut refused: HashMap<TextKey, &str> = HashMap::new();
        let uses = uses.into_iter().filter(|(_, count)| *count > 0);
        for (record, count) in uses.chain(others.into_iter().map(|record| (record, 1))) {
            let (record, count) = (record as usize, u64::from(count));
            let text = records.text(record, field);
            for name in names(text).filter(|name| known.is_none_or(|known| !known.contains(name))) {
                if api.on_unknown == Some(OnUnknown::Error) {
                    refused.extend(key_of(record).map(|key| (key, name)));
                    continue;
                }
                let found = unknown.entry(name).or_insert(Unknown {
                    record,
                    field,
                    count: 0,
                });
                found.count += count;
                if record < found.record {
                    (found.record, found.field) = (record, field);
                }
            }
        }
        if refused.is_empty() {
            continue;
        }
        for record in records.kept() {
            let Some(name) = key_of(record).and_then(|key| refused.get(&key)) else {
                continue;
            };
            log.add(
                &records.source,
                &unknown_group::RULE,
                records.place(record),
                records.at(field),
                || {
                    let near = known.and_then(|known| known.iter().filter(|other| is_near(name, other)).min().copied());
                    unknown_group::words(name, group_type, near)
                },
            );
        }
    }
    let mut created = Vec::new();
    for (group_type, unknown) in unknown {
        report_near_misses(people, known.get(group_type), &unknown, log);
        let names = unknown.into_keys().map(|name| NewGroup {
            group_type: group_type.to_owned(),
            name: name.to_owned(),
        });
        created.extend(names);
    }
    order::sort(&mut created);
    created
}

/// The names of groups in a cell: one, or several with semicolons between.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(value::trim).filter(|name| !name.is_empty())
}

/// The group that a user is a member of once the body is applied, if the record says so.
pub fn membership_after<'r>(
    people: &People<'r, '_>,
    record: usize,
    field: usize,
    before: Option<&'r str>,
) -> Option<&'r str> {
    match people.records.said(record, field) {
        Said::Nothing => before,
        Said::Clear => None,
        Said::Text(name) => Some(name),
    }
}

/// The groups that a user manages once the body is applied; sorted.
pub fn managed_after(people: &People<'_, '_>, record: usize, field: usize) -> Vec<String> {
    let api = &people.records.mapping.fields[field];
    let group_type = api.target.name().unwrap_or_default();
    let before = people
        .before(Person::Record(record as u32))
        .and_then(|user| user.manages.get(group_type));
    let before = || before.map(Vec::as_slice).unwrap_or_default();
    let said = match people.records.said(record, field) {
        Said::Nothing => return before().to_vec(),
        Said::Clear => return Vec::new(),
        Said::Text(text) => names(text),
    };
    let after: BTreeSet<String> = match api.list {
        Some(ListPolicy::Add) => before().iter().cloned().chain(said.map(str::to_owned)).collect(),
        Some(ListPolicy::Remove) => {
            let taken: Vec<&str> = said.collect();
            before()
                .iter()
                .filter(|name| !taken.contains(&name.as_str()))
                .cloned()
                .collect()
        }
        _ => said.map(str::to_owned).collect(),
    };
    after.into_iter().collect()
}

/// More names than this are compared without regard to single letters; nobody has so many groups of a type.
const LETTERS_LIMIT: usize = 20_000;

/// With how many names of one form each of them is compared.
const NAMES_LIMIT: usize = 32;

fn report_near_misses(
    people: &People<'_, '_>,
    known: Option<&HashSet<&str>>,
    unknown: &HashMap<&str, Unknown>,
    log: &mut Log,
) {
    if unknown.is_empty() {
        return;
    }
    let mut names: Vec<&str> = known.into_iter().flatten().chain(unknown.keys()).copied().collect();
    names.sort_unstable();
    let with_letters = names.len() <= LETTERS_LIMIT;
    let rank = |name: &str| {
        unknown
            .get(name)
            .map_or((u64::MAX, 0), |use_of| (use_of.count, usize::MAX - use_of.record))
    };
    // the folded forms of the names, and their forms less one letter, by hash, in the high half, and name: near names
    // share one
    let mut forms: Vec<u64> = Vec::new();
    let mut letters = Vec::new();
    for (at, name) in (0..).zip(&names) {
        each_form(name, with_letters, &mut letters, &mut |form| {
            forms.push(form << 32 | at)
        });
    }
    forms.sort_unstable();
    let mut near: HashMap<&str, &str> = HashMap::new();
    let name_of = |form: u64| names[form as u32 as usize];
    for alike in forms.chunk_by(|form, other| form >> 32 == other >> 32) {
        for (count, form) in alike.iter().enumerate() {
            let name = name_of(*form);
            for other in &alike[..count.min(NAMES_LIMIT)] {
                let other = name_of(*other);
                for (name, other) in [(name, other), (other, name)] {
                    let is_better = near
                        .get(name)
                        .is_none_or(|near| (rank(near), *near) < (rank(other), other));
                    if rank(other) > rank(name) && is_better && is_near(name, other) {
                        near.insert(name, other);
                    }
                }
            }
        }
    }
    let found = near.into_iter();
    let mut misses: Vec<(&Unknown, &str, &str)> = found
        .filter_map(|(name, near)| Some((unknown.get(name)?, name, near)))
        .collect();
    order::sort_by_key(&mut misses, |(use_of, name, _)| (use_of.record, *name));
    let records = people.records;
    for (use_of, name, near) in misses {
        log.add(
            &records.source,
            &near_miss_group::RULE,
            records.place(use_of.record),
            records.at(use_of.field),
            || near_miss_group::words(name, near),
        );
    }
}

/// Lower case, without space and punctuation, accents composed and decomposed alike.
fn folded(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric())
        .collect()
}

/// Calls back with a hash of the folded form and, if asked for, for names of four letters and more of each form less one
/// letter. Names whose forms only hash alike are told apart by [`is_near`].
fn each_form(name: &str, with_letters: bool, letters: &mut Vec<char>, found: &mut dyn FnMut(u64)) {
    letters.clear();
    let lower = name.chars().flat_map(char::to_lowercase);
    letters.extend(lower.filter(|character| character.is_alphanumeric()));
    // FNV-1a, a letter at a time
    let add = |hash: u64, letter: &char| (hash ^ u64::from(*letter)).wrapping_mul(0x0000_0100_0000_01B3);
    let mut before = 0xCBF2_9CE4_8422_2325;
    if with_letters && (4..=40).contains(&letters.len()) {
        for left_out in 0..letters.len() {
            if !letters[left_out].is_numeric() {
                found(letters[left_out + 1..].iter().fold(before, add));
            }
            before = add(before, &letters[left_out]);
        }
    } else {
        before = letters.iter().fold(before, add);
    }
    found(before);
}

/// The existing name that is nearest to one that would be new, for people to be asked about; `None` if none is alike.
pub fn nearest<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    others.filter(|other| is_near(name, other)).min()
}

/// Whether two names differ only by case, space, punctuation or one letter. A digit is no letter: Team 1 is not Team 2.
fn is_near(name: &str, other: &str) -> bool {
    if name == other {
        return false;
    }
    let (a, b) = (folded(name), folded(other));
    if a == b {
        return !a.is_empty();
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 4 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a[same_start..]
        .iter()
        .rev()
        .zip(b[same_start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (&a[same_start..a.len() - same_end], &b[same_start..b.len() - same_end]);
    let swapped = a.len() == 2 && b.len() == 2 && a[0] == b[1] && a[1] == b[0];
    let one = a.len() <= 1 && b.len() <= 1;
    (one || swapped) && a.iter().chain(b).all(|letter| !letter.is_numeric())
}

/// The words of a list once a record is applied; sorted. Words of the same `key` are the same word.
pub fn words_after(
    before: &[String],
    said: Said<'_>,
    policy: Option<ListPolicy>,
    key: fn(&str) -> String,
) -> Vec<String> {
    let said = match said {
        Said::Nothing => return before.to_vec(),
        Said::Clear => return Vec::new(),
        Said::Text(text) => value::words(text, '|'),
    };
    let named: HashSet<String> = said.iter().map(|word| key(word)).collect();
    let mut after: Vec<String> = before
        .iter()
        .filter(|word| match policy {
            Some(ListPolicy::Remove) => !named.contains(&key(word)),
            Some(ListPolicy::Replace) => named.contains(&key(word)),
            _ => true,
        })
        .cloned()
        .collect();
    if policy != Some(ListPolicy::Remove) {
        let mut held: HashSet<String> = after.iter().map(|word| key(word)).collect();
        after.extend(
            said.into_iter()
                .filter(|word| held.insert(key(word)))
                .map(str::to_owned),
        );
    }
    after.sort();
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_group_is_one_that_is_almost_it() {
        let groups = ["Sales", "Sale", "Support"];
        assert_eq!(nearest("sales", groups.into_iter()), Some("Sale"));
        assert_eq!(nearest("Suport", groups.into_iter()), Some("Support"));
        assert_eq!(nearest("Marketing", groups.into_iter()), None);
    }

    #[test]
    fn near_names_are_told_from_other_names() {
        for (a, b) in [
            ("Alpha Dogs", "alpha dogs"),
            ("Alpha Dogs", "Alpha-Dogs"),
            ("Alpha Dogs", "Alpha Dog"),
            ("East", "Esat"),
        ] {
            assert!(is_near(a, b), "{a} {b}");
        }
        for (a, b) in [("Team 1", "Team 2"), ("East", "West"), ("NW", "NE"), ("Dogs", "Dogs")] {
            assert!(!is_near(a, b), "{a} {b}");
        }
    }
}
