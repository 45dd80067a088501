//! Pages: the rows that a request means, chunk by chunk in the order of their keys, with a bounded number in memory, and
//! the mark behind which the next page begins.
//!
//! A mark names the last row by what it is ordered by and its key, so rows that come and go meanwhile move nobody.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use passmuster_core::filter::{Literal, Steps, Value};
use passmuster_core::user::email_key;
use serde::{Deserialize, Serialize};

use super::errors::Refusal;
use super::options::Options;
use super::reading::{Reader, Scan};
use super::rows::{Row, compare};
use crate::error::Failure;

/// The most rows that are kept in mind to be skipped in an order that isn't the key's.
const SKIPPED: u64 = 1_000_000;

/// How much the filters and orders of one answer come to at most: some seconds of one processor.
pub(super) const STEPS: u64 = 300_000_000;
/// Rows that are held against a filter at once.
const AT_ONCE: usize = 1000;

/// Where a page begins: `$skiptoken`, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mark {
    /// What the last row was ordered by, and its key.
    after: Vec<Part>,
    /// How many rows are asked for still.
    top: Option<u64>,
    /// What was counted for the first page.
    count: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Part {
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    Instant(i64),
    Date(i64),
}

impl Mark {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map_err(|_| no_mark())
    }

    /// As an address has it.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn no_mark() -> Refusal {
    Refusal::bad(
        "The $skiptoken is none of this request.",
        "Follow @odata.nextLink as it was given, without changing it.",
    )
}

/// Some of the rows that are meant.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<Mark>,
    /// How many rows are meant on all pages together.
    pub(super) count: Option<u64>,
}

/// Where rows come from.
#[derive(Debug)]
pub(super) enum Rows {
    /// All of the set.
    Set,
    /// What a row leads to.
    Given(Vec<Row>),
}

/// A row's place in an order: what it is ordered by, and its key.
struct Place<'o> {
    values: Vec<Value<'static>>,
    options: &'o Options,
    row: Option<Row>,
}

impl<'o> Place<'o> {
    fn of(row: &Row, options: &'o Options, steps: &Steps) -> Self {
        let by = options.order.iter().map(|(by, _)| by.value(row, steps).into_owned());
        let values = by.chain(row.key()).collect();
        Self {
            values,
            options,
            row: None,
        }
    }
}

impl Ord for Place<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let count = self.options.order.len();
        for (at, (_, falls)) in self.options.order.iter().enumerate() {
            let order = self.values[at].order(&other.values[at]);
            if order.is_ne() {
                return if *falls { order.reverse() } else { order };
            }
        }
        compare(&self.values[count..], &other.values[count..])
    }
}

impl PartialOrd for Place<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place<'_> {}

/// Reads a page of at most `size` rows.
pub(super) async fn page(reader: &mut Reader<'_>, rows: Rows, options: &Options, size: u64) -> Result<Page, Failure> {
    let after = match &options.mark {
        None => None,
        Some(mark) => Some(place_of(mark, options)?),
    };
    let top = options.mark.as_ref().map_or(options.top, |mark| mark.top);
    let wanted = top.unwrap_or(u64::MAX).min(size);
    let skip = if after.is_some() { 0 } else { options.skip };
    let known = options.mark.as_ref().and_then(|mark| mark.count);
    let known = match (known, &options.filter, &rows) {
        (None, None, Rows::Set) if options.count => reader.count(options.set).await?,
        _ => known,
    };
    let counts = options.count && known.is_none();
    if !options.order.is_empty() && skip > SKIPPED {
        let message = format!("At most {SKIPPED} rows are skipped in an order.");
        return Err(Refusal::bad(message, "Follow @odata.nextLink, or filter.")
            .of("$skip")
            .into());
    }
    // One more than the page tells whether there is another one.
    let is_by_key = options.order.is_empty();
    let held = if is_by_key { 0 } else { skip };
    let mut chosen = Chosen {
        options,
        after,
        passes: skip - held,
        room: wanted.saturating_add(held).saturating_add(1),
        counts,
        places: BinaryHeap::new(),
        in_order: Vec::new(),
        count: 0,
        steps: Steps::new(STEPS),
    };
    if wanted > 0 || counts {
        chosen.read(reader, rows).await?;
    }
    let count = if counts {
        Some(chosen.count)
    } else {
        known.filter(|_| options.count)
    };
    let mut places = chosen.in_order;
    places.extend(chosen.places.into_sorted_vec());
    let held = usize::try_from(held).unwrap_or(usize::MAX).min(places.len());
    let mut places = places.split_off(held);
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let has_more = places.len() > wanted;
    places.truncate(wanted);
    let top = top.map(|top| top - places.len() as u64);
    let next = places.last().filter(|_| has_more && top != Some(0)).map(|last| Mark {
        after: last.values.iter().map(part).collect(),
        top,
        count,
    });
    let rows = fetch(reader, places, options).await?;
    Ok(Page { rows, next, count })
}

/// How many rows are meant.
pub(super) async fn count(reader: &mut Reader<'_>, rows: Rows, options: &Options) -> Result<u64, Failure> {
    if options.filter.is_none()
        && matches!(rows, Rows::Set)
        && let Some(count) = reader.count(options.set).await?
    {
        return Ok(count);
    }
    let options = Options {
        filter: options.filter.clone(),
        count: true,
        top: Some(0),
        ..Options::new(options.set)
    };
    Ok(page(reader, rows, &options, 0).await?.count.unwrap_or_default())
}

/// The filter or the order leads through too many rows.
pub(super) fn too_much() -> Refusal {
    let message = "The filter or the order takes too much to work out for all rows.";
    Refusal::bad(
        message,
        "Ask lists within lists in requests of their own, or filter by id or emailAddress as well.",
    )
}

fn place_of<'o>(mark: &Mark, options: &'o Options) -> Result<Place<'o>, Refusal> {
    if mark.after.len() != options.order.len() + options.set.key.len() {
        return Err(no_mark());
    }
    let values = mark.after.iter().map(|part| match part {
        Part::Null => Value::Null,
        Part::Boolean(value) => Value::Boolean(*value),
        Part::Integer(value) => Value::Integer(*value),
        Part::Decimal(value) => Value::Decimal(*value),
        Part::Text(value) => Value::Text(value.clone().into()),
        Part::Instant(value) => Value::Instant(*value),
        Part::Date(value) => Value::Date(*value),
    });
    let values = values.collect();
    Ok(Place {
        values,
        options,
        row: None,
    })
}

fn part(value: &Value<'_>) -> Part {
    match value {
        Value::Boolean(value) => Part::Boolean(*value),
        Value::Integer(value) => Part::Integer(*value),
        Value::Decimal(value) => Part::Decimal(*value),
        Value::Text(value) => Part::Text(value.clone().into_owned()),
        Value::Instant(value) => Part::Instant(*value),
        Value::Date(value) => Part::Date(*value),
        Value::Null | Value::Record(_) | Value::List(_) => Part::Null,
    }
}

/// The rows of a page, as far as they are found.
struct Chosen<'o> {
    options: &'o Options,
    after: Option<Place<'o>>,
    /// How many rows are passed over before the first one is taken.
    passes: u64,
    room: u64,
    counts: bool,
    /// In an order that isn't the key's: the first ones, without their rows.
    places: BinaryHeap<Place<'o>>,
    /// In the order of the key: as they come.
    in_order: Vec<Place<'o>>,
    count: u64,
    steps: Steps,
}

impl Chosen<'_> {
    async fn read(&mut self, reader: &mut Reader<'_>, rows: Rows) -> Result<(), Failure> {
        let needs = self.options.needs_to_choose();
        match rows {
            Rows::Given(mut rows) => {
                reader.attach(rows.iter_mut().collect(), &needs).await?;
                rows.sort_by(|a, b| compare(&a.key(), &b.key()));
                let mut rows = rows.into_iter();
                loop {
                    let chunk: Vec<Row> = rows.by_ref().take(AT_ONCE).collect();
                    if chunk.is_empty() || self.add_in_turn(reader, chunk, true).await? {
                        break;
                    }
                }
            }
            Rows::Set => {
                let mut scan = self.scan();
                while let Some(mut rows) = scan.next(reader).await? {
                    reader.attach(rows.iter_mut().collect(), &needs).await?;
                    if self.add_in_turn(reader, rows, false).await? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    async fn add_in_turn(
        &mut self,
        reader: &mut Reader<'_>,
        rows: Vec<Row>,
        keeps_rows: bool,
    ) -> Result<bool, Failure> {
        reader.look_at_clock()?;
        let app = reader.app;
        let has_enough = app.turns.compute(|| self.add(rows, keeps_rows)).await;
        if self.steps.are_spent() {
            Err(too_much().into())
        } else {
            Ok(has_enough)
        }
    }

    /// Over the set, or over the few rows that the filter can mean.
    fn scan(&self) -> Scan {
        let set = self.options.set;
        let wanted = |property: &str| -> Option<Vec<String>> {
            let wanted = self.options.filter.as_ref()?.wanted(property)?;
            let texts = wanted.into_iter().filter_map(|literal| match literal {
                Literal::Text(text) => Some(text.clone()),
                _ => None,
            });
            Some(texts.collect())
        };
        // Without a filter, those who come next are meant.
        let chunk = if self.options.filter.is_none() && self.options.order.is_empty() && !self.counts {
            self.room.saturating_add(self.passes)
        } else {
            u64::MAX
        };
        if let Some(keys) = wanted(set.key[0]) {
            return Scan::of_keys(set, keys);
        }
        if set.name == "User"
            && let Some(emails) = wanted("emailAddress")
        {
            return Scan::of_emails(set, emails.iter().map(|email| email_key(email)).collect());
        }
        match &self.after {
            Some(after) if self.options.order.is_empty() => match after.values.first() {
                Some(Value::Text(id)) => Scan::from(set, id.clone().into_owned(), chunk),
                _ => Scan::from(set, String::new(), chunk),
            },
            _ => Scan::from(set, String::new(), chunk),
        }
    }

    /// Takes those that are meant; whether enough are found.
    fn add(&mut self, rows: Vec<Row>, keeps_rows: bool) -> bool {
        let is_by_key = self.options.order.is_empty();
        for row in rows {
            if self
                .options
                .filter
                .as_ref()
                .is_some_and(|filter| !filter.holds(&row, &self.steps))
            {
                continue;
            }
            self.count += 1;
            let mut place = Place::of(&row, self.options, &self.steps);
            if self.after.as_ref().is_some_and(|after| place <= *after) {
                continue;
            }
            if self.passes > 0 {
                self.passes -= 1;
                continue;
            }
            if is_by_key {
                if (self.in_order.len() as u64) < self.room {
                    place.row = Some(row);
                    self.in_order.push(place);
                } else if !self.counts {
                    return true;
                }
                continue;
            }
            if self.places.len() as u64 == self.room {
                match self.places.peek() {
                    Some(last) if place < *last => drop(self.places.pop()),
                    _ => continue,
                }
            }
            place.row = keeps_rows.then_some(row);
            self.places.push(place);
        }
        is_by_key && !self.counts && self.in_order.len() as u64 == self.room
    }
}

/// The rows of some places, those read again that were not kept.
async fn fetch(reader: &mut Reader<'_>, places: Vec<Place<'_>>, options: &Options) -> Result<Vec<Row>, Failure> {
    if places.iter().all(|place| place.row.is_some()) {
        return Ok(places.into_iter().filter_map(|place| place.row).collect());
    }
    let by = options.order.len();
    let key = |values: &[Value<'_>]| format!("{values:?}");
    let mut ids: Vec<String> = Vec::new();
    for place in &places {
        if let Some(Value::Text(id)) = place.values.get(by) {
            ids.push(id.clone().into_owned());
        }
    }
    let mut scan = Scan::of_keys(options.set, ids);
    let mut found: HashMap<String, Row> = HashMap::new();
    while let Some(rows) = scan.next(reader).await? {
        found.extend(rows.into_iter().map(|row| (key(&row.key()), row)));
    }
    Ok(places
        .iter()
        .filter_map(|place| found.remove(&key(&place.values[by..])))
        .collect())
}

/// Those of some rows that a request means, in its order, and how many are meant with those that it skips or leaves out.
pub(super) fn choose<'r>(rows: &'r [Row], options: &Options, steps: &Steps) -> (Vec<&'r Row>, u64) {
    let is_meant = |row: &&Row| options.filter.as_ref().is_none_or(|filter| filter.holds(*row, steps));
    let mut places: Vec<(Place<'_>, &Row)> = rows
        .iter()
        .filter(is_meant)
        .map(|row| (Place::of(row, options, steps), row))
        .collect();
    places.sort_by(|(a, _), (b, _)| a.cmp(b));
    let count = places.len() as u64;
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let chosen = places.into_iter().map(|(_, row)| row);
    let chosen = chosen
        .skip(size(options.skip))
        .take(options.top.map_or(usize::MAX, size));
    (chosen.collect(), count)
}
