//! Schemas of the types that are read and written, each named once.
//!
//! What is read and what is written may differ in the same type: a field with a default may be left out by a sender,
//! and is always there in an answer. Where they differ, the one that is read is called `…Input`.

use std::collections::BTreeSet;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

/// Where the schemas of answers stand in the document.
const WRITTEN: &str = "#/components/schemas/";
/// Where those of requests stand until they are merged with the others.
const READ: &str = "#/components/requests/";

/// Makes a schema when the document is written.
pub(crate) type MakeSchema = fn(&mut Schemas) -> Value;

/// The schemas that the document names so far.
#[derive(Debug)]
pub(crate) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let settings = |place: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = place.trim_start_matches('#').trim_end_matches('/').into();
            })
        };
        Self {
            read: settings(READ).for_deserialize().into_generator(),
            written: settings(WRITTEN).for_serialize().into_generator(),
        }
    }

    /// Of what is received.
    pub(crate) fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// Of what is answered.
    pub(crate) fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// The properties of an object that is received piece by piece, as the words of a query are.
    pub(super) fn read_whole<T: JsonSchema>(&mut self) -> Value {
        let schema: Schema = T::json_schema(&mut self.read);
        schema.to_value()
    }

    /// All that were named; lets `document` speak of them by their names.
    pub(super) fn settle(mut self, document: &mut Value) -> Map<String, Value> {
        let mut all = self.written.take_definitions(true);
        let mut read = self.read.take_definitions(true);
        let differing = differing(&read, &all);
        let rename = |name: &str| {
            let is_other = differing.contains(name);
            format!("{WRITTEN}{name}{}", if is_other { "Input" } else { "" })
        };
        for schema in read.values_mut() {
            rename_references(schema, &rename);
        }
        rename_references(document, &rename);
        for (name, schema) in read {
            if differing.contains(&name) {
                all.insert(format!("{name}Input"), schema);
            } else {
                all.entry(name).or_insert(schema);
            }
        }
        all.values_mut().for_each(tidy);
        tidy(document);
        all
    }
}

/// The names of types that are read otherwise than written, by themselves or by what they are made of.
fn differing(read: &Map<String, Value>, written: &Map<String, Value>) -> BTreeSet<String> {
    let mut differing = BTreeSet::new();
    loop {
        let found = read.iter().filter(|(name, schema)| {
            let mut schema = (*schema).clone();
            rename_references(&mut schema, &|name| {
                let other = if differing.contains(name) { "Input" } else { "" };
                format!("{WRITTEN}{name}{other}")
            });
            written.get(*name).is_some_and(|written| *written != schema)
        });
        let found: BTreeSet<String> = found.map(|(name, _)| name.clone()).collect();
        if found.len() == differing.len() {
            return differing;
        }
        differing = found;
    }
}

fn rename_references(schema: &mut Value, rename: &dyn Fn(&str) -> String) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value {
                    Value::String(place) if key == "$ref" => {
                        if let Some(name) = place.strip_prefix(READ) {
                            *place = rename(name);
                        }
                    }
                    _ => rename_references(value, rename),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rename_references(value, rename)),
        _ => {}
    }
}

/// Doc comments link to other parts of the program, which mean nothing to a reader of the document.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text
                    .replace("[`crate::", "[`")
                    .replace("[`", "`")
                    .replace("`]", "`")
                    .replace("`None`", "`null`")
                    .replace('\n', " ");
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}
