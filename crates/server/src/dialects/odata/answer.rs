//! Answers as OData's clients read them: rows as JSON, with as much said about them as was asked for.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use passmuster_core::filter::{Steps, Value, date_text, instant_text};
use serde_json::Value as Json;

use super::errors::Refusal;
use super::model::{Edm, NAMESPACE, Property};
use super::options::{Expansion, Options};
use super::paging::{STEPS, choose, too_much};
use super::path::address;
use super::rows::Row;

/// How much an answer says about its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    None,
    Minimal,
    Full,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format {
    pub(super) level: Level,
    /// Whether large numbers are written as texts.
    ieee754: bool,
}

impl Format {
    /// As `$format` says, or else `Accept`.
    ///
    /// # Errors
    /// 406 when neither takes JSON.
    pub(super) fn of(option: Option<&str>, headers: &HeaderMap) -> Result<Self, Refusal> {
        if let Some(format) = option {
            let format = if format == "json" { "application/json" } else { format };
            let refused = || Refusal::not_acceptable(format!("{format:?} is not written here.")).of("$format");
            return Self::of_range(format).ok_or_else(refused);
        }
        let accepted: Vec<&str> = headers
            .get_all(header::ACCEPT)
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .map(str::trim)
            .filter(|range| !range.is_empty())
            .collect();
        if accepted.is_empty() {
            return Ok(Self {
                level: Level::Minimal,
                ieee754: false,
            });
        }
        let is_json = |range: &&&str| range.starts_with("application/json");
        let exact = accepted.iter().filter(is_json).find_map(|range| Self::of_range(range));
        exact
            .or_else(|| accepted.iter().find_map(|range| Self::of_range(range)))
            .ok_or_else(|| Refusal::not_acceptable(format!("{:?} is not written here.", accepted.join(", "))))
    }

    fn of_range(range: &str) -> Option<Self> {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next()?.to_ascii_lowercase();
        if !matches!(media.as_str(), "application/json" | "application/*" | "*/*") {
            return None;
        }
        let mut format = Self {
            level: Level::Minimal,
            ieee754: false,
        };
        for parameter in parts {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = value.trim_matches('"');
            match (name.to_ascii_lowercase().as_str(), value) {
                ("odata.metadata" | "metadata", "none") => format.level = Level::None,
                ("odata.metadata" | "metadata", "full") => format.level = Level::Full,
                ("odata.metadata" | "metadata", "minimal") => {}
                ("odata.metadata" | "metadata", _) => return None,
                ("q", "0" | "0.0" | "0.00" | "0.000") => return None,
                ("ieee754compatible", value) => format.ieee754 = value == "true",
                _ => {}
            }
        }
        Some(format)
    }

    /// The `Content-Type`.
    pub(super) fn media(self) -> &'static str {
        match (self.level, self.ieee754) {
            (Level::None, false) => "application/json;odata.metadata=none;charset=utf-8",
            (Level::Minimal, false) => "application/json;odata.metadata=minimal;charset=utf-8",
            (Level::Full, false) => "application/json;odata.metadata=full;charset=utf-8",
            (Level::None, true) => "application/json;odata.metadata=none;IEEE754Compatible=true;charset=utf-8",
            (Level::Minimal, true) => "application/json;odata.metadata=minimal;IEEE754Compatible=true;charset=utf-8",
            (Level::Full, true) => "application/json;odata.metadata=full;IEEE754Compatible=true;charset=utf-8",
        }
    }
}

/// Writes rows; `base` is the address of the feed, with a `/` at its end.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) base: &'a str,
    pub(super) format: Format,
    out: Vec<u8>,
    /// For the filters and orders of expansions.
    steps: Steps,
}

/// What rows are written with.
#[derive(Clone, Copy)]
struct How<'h> {
    base: &'h str,
    format: Format,
    steps: &'h Steps,
}

impl<'a> Writer<'a> {
    pub(super) fn new(base: &'a str, format: Format) -> Self {
        Self {
            base,
            format,
            out: Vec::new(),
            steps: Steps::new(STEPS),
        }
    }

    /// # Errors
    /// 400 when the expansions took too much to work out.
    pub(super) fn finish(self) -> Result<Response, Refusal> {
        if self.steps.are_spent() {
            return Err(too_much().of("$expand"));
        }
        Ok(response(self.out, self.format.media()))
    }

    /// Begins an object with its context, such as `User/$entity`.
    fn begin(&mut self, context: &str) -> (Object<'_>, How<'_>) {
        let how = How {
            base: self.base,
            format: self.format,
            steps: &self.steps,
        };
        let mut object = Object::begin(&mut self.out);
        if how.format.level != Level::None {
            object.put("@odata.context", &format!("{}$metadata#{context}", how.base).into());
        }
        (object, how)
    }

    /// A page of rows.
    pub(super) fn collection(&mut self, rows: &[Row], options: &Options, (count, next): (Option<u64>, Option<&str>)) {
        let (mut object, how) = self.begin(&format!("{}{}", options.set.name, selection(options)));
        if let Some(count) = count {
            object.put("@odata.count", &count_of(count, how.format));
        }
        if let Some(next) = next {
            object.put("@odata.nextLink", &next.into());
        }
        list(object.name("value"), rows.iter(), |out, row| {
            let mut entity = Object::begin(out);
            write_row(&mut entity, row, options, how);
            entity.end();
        });
        object.end();
    }

    /// One row.
    pub(super) fn entity(&mut self, row: &Row, options: &Options) {
        let (mut object, how) = self.begin(&format!("{}{}/$entity", options.set.name, selection(options)));
        write_row(&mut object, row, options, how);
        object.end();
    }

    /// One property of a row.
    pub(super) fn property(&mut self, row: &Row, property: &Property, value: &Value<'_>) {
        let (mut object, how) = self.begin(&format!("{}/{}", address(row), property.name));
        object.put("value", &json_of(value, property.edm, how.format));
        object.end();
    }
}

fn count_of(count: u64, format: Format) -> Json {
    if format.ieee754 {
        count.to_string().into()
    } else {
        count.into()
    }
}

/// An answer of some type.
pub(super) fn response(body: impl Into<axum::body::Body>, media: &'static str) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// What of a row is shown, as a context says it: nothing for all properties.
fn selection(options: &Options) -> String {
    if options.select.is_none() && options.expand.is_empty() {
        return String::new();
    }
    let is_expanded = |name: &&&str| {
        options
            .expand
            .iter()
            .any(|expansion| expansion.navigation.name == **name)
    };
    let selected = options.select.iter().flatten();
    let mut parts: Vec<String> = selected
        .filter(|name| !is_expanded(name))
        .map(|name| (*name).to_owned())
        .collect();
    parts.extend(options.expand.iter().map(|Expansion { navigation, options }| {
        let inner = selection(options);
        let inner = if inner.is_empty() { "()" } else { &inner };
        format!("{}{inner}", navigation.name)
    }));
    format!("({})", parts.join(","))
}

/// A JSON object that is being written.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    /// Where the value of a name is to be written.
    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        // Names are of the model, and need no escapes.
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    fn put(&mut self, name: &str, value: &Json) {
        write_json(self.name(name), value);
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

fn write_json(out: &mut Vec<u8>, value: &Json) {
    // Writing to memory never fails, and a `Json` has only texts for keys.
    let _ = serde_json::to_writer(out, value);
}

fn list<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_row(object: &mut Object<'_>, row: &Row, options: &Options, how: How<'_>) {
    let How { base, format, steps } = how;
    let is_full = format.level == Level::Full;
    let shows = |name: &str| options.select.as_ref().is_none_or(|select| select.contains(&name));
    if is_full {
        object.put("@odata.type", &format!("#{NAMESPACE}.{}", row.set.name).into());
        object.put("@odata.id", &format!("{base}{}", address(row)).into());
    }
    for (property, value) in row.set.properties.iter().zip(&row.values) {
        if !shows(property.name) {
            continue;
        }
        if is_full && let Some(kind) = told_type(property.edm) {
            object.put(&format!("{}@odata.type", property.name), &kind.into());
        }
        object.put(property.name, &json_of(value, property.edm, format));
    }
    if is_full {
        for navigation in row.set.navigations.iter().filter(|navigation| shows(navigation.name)) {
            let link = format!("{base}{}/{}", address(row), navigation.name);
            object.put(&format!("{}@odata.navigationLink", navigation.name), &link.into());
        }
    }
    for Expansion { navigation, options } in &options.expand {
        let related = row.related.get(navigation.name).map(Vec::as_slice).unwrap_or_default();
        if !navigation.is_many {
            let out = object.name(navigation.name);
            match related.first() {
                None => out.extend_from_slice(b"null"),
                Some(related) => {
                    let mut entity = Object::begin(out);
                    write_row(&mut entity, related, options, how);
                    entity.end();
                }
            }
            continue;
        }
        let (chosen, count) = choose(related, options, steps);
        if options.count {
            object.put(&format!("{}@odata.count", navigation.name), &count_of(count, format));
        }
        list(object.name(navigation.name), chosen.into_iter(), |out, row| {
            let mut entity = Object::begin(out);
            write_row(&mut entity, row, options, how);
            entity.end();
        });
    }
}

/// The type of a property where its JSON doesn't tell it.
fn told_type(edm: Edm) -> Option<&'static str> {
    match edm {
        Edm::Boolean | Edm::Text => None,
        Edm::Int32 => Some("#Int32"),
        Edm::Int64 => Some("#Int64"),
        Edm::Instant => Some("#DateTimeOffset"),
        Edm::Date => Some("#Date"),
        Edm::Texts => Some("#Collection(String)"),
    }
}

fn json_of(value: &Value<'_>, edm: Edm, format: Format) -> Json {
    match value {
        Value::Null | Value::Record(_) => Json::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Integer(value) if edm == Edm::Int64 && format.ieee754 => value.to_string().into(),
        Value::Integer(value) => (*value).into(),
        Value::Decimal(value) => (*value).into(),
        Value::Text(value) => value.as_ref().into(),
        Value::Instant(value) => instant_text(*value).into(),
        Value::Date(value) => date_text(*value).into(),
        Value::List(values) => values.iter().map(|value| json_of(value, Edm::Text, format)).collect(),
    }
}

/// A value by itself, as text.
pub(super) fn raw(value: &Value<'_>, edm: Edm) -> String {
    let format = Format {
        level: Level::None,
        ieee754: false,
    };
    match json_of(value, edm, format) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}
