//! `$filter`, `$select`, `$orderby`, `$expand` and the like: read, and held against the model.
//!
//! What they say is carried out in `paging` and `answer`.

use std::collections::BTreeMap;

use passmuster_core::filter::{self, Expression, Kind};

use super::errors::Refusal;
use super::model::{self, Model, Navigation, Set};
use super::paging::Mark;
use super::url;

/// How deep expansions go.
const EXPANSIONS: usize = 4;
/// What is taken for any number: there are never so many rows.
const ROWS: u64 = 1 << 40;

/// What is asked of the rows of a set.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) set: &'static Set,
    pub(super) filter: Option<Expression>,
    /// What rows are ordered by, and whether it falls.
    pub(super) order: Vec<(Expression, bool)>,
    /// Names of properties and navigation properties; `None`: all properties.
    pub(super) select: Option<Vec<&'static str>>,
    pub(super) expand: Vec<Expansion>,
    pub(super) top: Option<u64>,
    pub(super) skip: u64,
    pub(super) count: bool,
    pub(super) mark: Option<Mark>,
    /// As it is in `Accept`.
    pub(super) format: Option<String>,
}

/// A navigation property that is shown with what it leads to.
#[derive(Debug)]
pub(super) struct Expansion {
    pub(super) navigation: &'static Navigation,
    pub(super) options: Options,
}

/// What a request is for, which says what may be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Collection,
    Entity,
    Count,
    /// One value, or a document.
    Other,
    /// What another row leads to.
    Expansion,
}

impl Of {
    /// The options that it takes, without their `$`.
    fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Collection => ALL,
            Self::Entity => &["select", "expand", "format"],
            // What doesn't change the number is left aside.
            // OData 4.01 Part 1 §11.2.10
            Self::Count => &[
                "filter", "top", "skip", "orderby", "expand", "select", "format", "count",
            ],
            Self::Other => &["format"],
            Self::Expansion => &["filter", "select", "orderby", "expand", "top", "skip", "count"],
        }
    }
}

const ALL: &[&str] = &[
    "filter",
    "select",
    "orderby",
    "expand",
    "top",
    "skip",
    "count",
    "skiptoken",
    "format",
];
const UNSUPPORTED: &[&str] = &[
    "search",
    "apply",
    "compute",
    "index",
    "levels",
    "deltatoken",
    "id",
    "schemaversion",
    "entityset",
    "root",
];

impl Options {
    pub(super) fn new(set: &'static Set) -> Self {
        Self {
            set,
            filter: None,
            order: Vec::new(),
            select: None,
            expand: Vec::new(),
            top: None,
            skip: 0,
            count: false,
            mark: None,
            format: None,
        }
    }

    /// Reads the query of a request for rows of a set.
    ///
    /// # Errors
    /// An option that is unknown, there twice, or not understood.
    pub(super) fn of_query(query: &str, set: &'static Set, of: Of) -> Result<Self, Refusal> {
        let mut options = Vec::new();
        for (name, raw) in url::options(query)? {
            if let Some(system) = name.strip_prefix('$') {
                let value = url::decode_option(raw).map_err(|refusal| refusal.of(&name))?;
                options.push((system.to_owned(), value));
            } else if ALL.contains(&name.as_str()) {
                let message = format!("{name:?} is an option of OData only with $ before it.");
                return Err(Refusal::bad(message, format!("Write ${name}=… instead.")));
            }
        }
        Self::read(&options, set, of, 0)
    }

    fn read(options: &[(String, String)], set: &'static Set, of: Of, level: usize) -> Result<Self, Refusal> {
        let mut read = Self::new(set);
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in options {
            let shown = format!("${name}");
            if seen.contains(&name.as_str()) {
                return Err(Refusal::bad(format!("{shown} is there twice."), "Send it once.").of(&shown));
            }
            seen.push(name);
            look_up(name, of)
                .and_then(|()| read.take(name, value.trim(), level))
                .map_err(|refusal| refusal.of(&shown))?;
        }
        Ok(read)
    }

    fn take(&mut self, name: &str, value: &str, level: usize) -> Result<(), Refusal> {
        match name {
            "filter" => {
                let parsed = filter::parse(value)?;
                parsed.check(&Model, self.set.name)?;
                self.filter = Some(parsed);
            }
            "orderby" => self.order = order(value, self.set)?,
            "select" => self.select = select(value, self.set)?,
            "expand" => self.expand = expand(value, self.set, level)?,
            "top" => self.top = Some(number(value)?),
            "skip" => self.skip = number(value)?,
            "count" => {
                self.count = match value {
                    "true" => true,
                    "false" => false,
                    _ => {
                        let message = format!("{value:?} is neither true nor false.");
                        return Err(Refusal::bad(message, "Write true or false."));
                    }
                };
            }
            "skiptoken" => self.mark = Some(Mark::read(value)?),
            "format" => self.format = Some(value.to_owned()),
            _ => {}
        }
        Ok(())
    }

    /// What has to be read for the filter and the order.
    pub(super) fn needs_to_choose(&self) -> Needs {
        let mut needs = Needs::default();
        for expression in self.filter.iter().chain(self.order.iter().map(|(by, _)| by)) {
            expression.each_path(&mut |path| needs.add(path, self.set));
        }
        needs
    }

    /// What has to be read to show rows that were chosen.
    pub(super) fn needs_to_show(&self) -> Needs {
        let mut needs = Needs::default();
        for Expansion { navigation, options } in &self.expand {
            let of_it = needs.0.entry(navigation.name).or_default();
            of_it.merge(options.needs_to_choose());
            of_it.merge(options.needs_to_show());
        }
        needs
    }
}

/// Which of what rows lead to has to be read, by the names of navigation properties.
#[derive(Debug, Default)]
pub(super) struct Needs(pub(super) BTreeMap<&'static str, Self>);

impl Needs {
    fn add(&mut self, path: &[&str], set: &'static Set) {
        let Some((first, others)) = path.split_first() else {
            return;
        };
        if let Some(navigation) = set.navigation(first) {
            self.0
                .entry(navigation.name)
                .or_default()
                .add(others, navigation.target());
        }
    }

    fn merge(&mut self, other: Self) {
        for (name, needs) in other.0 {
            self.0.entry(name).or_default().merge(needs);
        }
    }
}

fn look_up(name: &str, of: Of) -> Result<(), Refusal> {
    if of.takes().contains(&name) {
        return Ok(());
    }
    if UNSUPPORTED.contains(&name) {
        return Err(Refusal::unsupported(
            format!("${name} is not done here."),
            "Use $filter, $select, $orderby, $expand, $top, $skip and $count.",
        ));
    }
    if ALL.contains(&name) {
        let takes: Vec<String> = of.takes().iter().map(|name| format!("${name}")).collect();
        let message = format!("${name} can't be asked of this.");
        return Err(Refusal::bad(message, format!("Here, {} can.", takes.join(", "))));
    }
    Err(Refusal::bad(
        format!("${name} is no option of OData."),
        "Names of options are in lower case; those of your own begin without $.",
    ))
}

fn number(value: &str) -> Result<u64, Refusal> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(value.parse().unwrap_or(ROWS).min(ROWS));
    }
    let message = format!("{value:?} is no whole number from 0 on.");
    Err(Refusal::bad(message, "Write digits only."))
}

fn order(value: &str, set: &'static Set) -> Result<Vec<(Expression, bool)>, Refusal> {
    let mut order = Vec::new();
    let mut rest = value;
    loop {
        let (by, behind) = filter::parse_operand(rest)?;
        if matches!(by.kind(&Model, set.name)?, Kind::Record(_) | Kind::List(_)) {
            let message = format!("Nothing can be ordered by {by}, which is more than one value.");
            return Err(Refusal::bad(
                message,
                "Order by a single value, such as lastName or memberships/$count.",
            ));
        }
        let (way, behind) = match behind.split_once(',') {
            Some((way, behind)) => (way.trim(), Some(behind)),
            None => (behind.trim(), None),
        };
        let falls = match way {
            "" | "asc" => false,
            "desc" => true,
            _ => {
                let message = format!("{way:?} was found where asc or desc was expected.");
                return Err(Refusal::bad(message, "Write it like lastName desc,firstName."));
            }
        };
        order.push((by, falls));
        match behind {
            Some(behind) => rest = behind,
            None => return Ok(order),
        }
    }
}

fn select(value: &str, set: &'static Set) -> Result<Option<Vec<&'static str>>, Refusal> {
    let mut names = Vec::new();
    let mut takes_all = false;
    for name in value.split(',').map(str::trim) {
        let property = set.place(name).map(|place| set.properties[place].name);
        match property.or_else(|| set.navigation(name).map(|navigation| navigation.name)) {
            _ if name == "*" => takes_all = true,
            Some(name) if names.contains(&name) => {}
            Some(name) => names.push(name),
            None => return Err(no_property(name, set)),
        }
    }
    Ok((!takes_all).then_some(names))
}

fn no_property(name: &str, set: &Set) -> Refusal {
    let properties = set.properties.iter().map(|property| property.name);
    let known: Vec<&str> = properties.chain(set.navigations.iter().map(|to| to.name)).collect();
    let message = format!("{name:?} is no property of {}.", set.name);
    Refusal::bad(message, format!("It has {}.", known.join(", ")))
}

fn expand(value: &str, set: &'static Set, level: usize) -> Result<Vec<Expansion>, Refusal> {
    if level == EXPANSIONS {
        let message = format!("Expansions go {EXPANSIONS} levels deep.");
        return Err(Refusal::bad(message, "Ask for what lies deeper in another request."));
    }
    let mut expansions: Vec<Expansion> = Vec::new();
    for item in split(value, ',')? {
        let (name, inner) = match item.trim().split_once('(') {
            None => (item.trim(), ""),
            Some((name, inner)) => match inner.strip_suffix(')') {
                Some(inner) => (name.trim(), inner),
                None => {
                    return Err(Refusal::bad(
                        format!("{item:?} does not end in \")\"."),
                        "Separate with commas.",
                    ));
                }
            },
        };
        if name == "*" {
            for navigation in set.navigations {
                let options = Options::new(navigation.target());
                expansions.push(Expansion { navigation, options });
            }
            continue;
        }
        if name.ends_with("/$ref") || name.ends_with("/$count") || name == "$value" {
            let message = format!("{name:?} can't be expanded here.");
            return Err(Refusal::unsupported(
                message,
                "Write $expand=memberships($count=true;$top=0) to count.",
            ));
        }
        let Some(navigation) = set.navigation(name) else {
            return Err(no_navigation(name, set));
        };
        if expansions.iter().any(|known| known.navigation == navigation) {
            return Err(Refusal::bad(
                format!("{name:?} is expanded twice."),
                "Write its options together.",
            ));
        }
        let mut options = Vec::new();
        for option in split(inner, ';')?
            .into_iter()
            .filter(|option| !option.trim().is_empty())
        {
            let read = option
                .trim()
                .strip_prefix('$')
                .and_then(|option| option.split_once('='));
            let Some((name, value)) = read else {
                let message = format!("{option:?} is no option.");
                return Err(Refusal::bad(
                    message,
                    "Write it like $expand=memberships($select=groupName;$top=5).",
                ));
            };
            options.push((name.trim().to_owned(), value.to_owned()));
        }
        let options = Options::read(&options, navigation.target(), Of::Expansion, level + 1)?;
        expansions.push(Expansion { navigation, options });
    }
    Ok(expansions)
}

fn no_navigation(name: &str, set: &Set) -> Refusal {
    let known: Vec<&str> = set.navigations.iter().map(|navigation| navigation.name).collect();
    let message = format!("{name:?} is no navigation property of {}.", set.name);
    let hint = match known.as_slice() {
        [] => format!("{} has none.", set.name),
        _ => format!("It has {}.", known.join(", ")),
    };
    Refusal::bad(message, hint)
}

/// Cuts a text at a character that stands neither in parentheses nor in quotes.
fn split(text: &str, at: char) -> Result<Vec<&str>, Refusal> {
    let (mut parts, mut begin, mut level, mut is_quoted) = (Vec::new(), 0, 0_usize, false);
    for (place, character) in text.char_indices() {
        match character {
            '\'' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' => level += 1,
            ')' if level == 0 => {
                let message = format!("{text:?} closes a parenthesis that it does not open.");
                return Err(Refusal::bad(message, "Leave it out."));
            }
            ')' => level -= 1,
            _ if character == at && level == 0 => {
                parts.push(&text[begin..place]);
                begin = place + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    Ok(parts)
}

/// What documents are asked for with: they have no rows.
pub(super) fn of_document(query: &str) -> Result<Options, Refusal> {
    Options::of_query(query, &model::SETS[0], Of::Other)
}
