//! Rows of the feed, made of what the store gives: the values of each property in the order of the model.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use passmuster_core::filter::{Record, Value, parse_date, parse_instant};
use passmuster_core::request::CUSTOM_VARIABLES;
use passmuster_core::user::User;
use passmuster_core::wire::integration::Upload;
use serde_json::Value as Json;

use super::model::{self, Set};
use crate::store::feed::{FedGroup, FedUser};

/// An entity.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) set: &'static Set,
    /// As `set.properties`.
    pub(super) values: Vec<Value<'static>>,
    /// What it leads to, as far as that was read: by the name of the navigation property.
    pub(super) related: BTreeMap<&'static str, Vec<Row>>,
    /// What the navigation properties of a user are made of.
    pub(super) ties: Option<Box<Ties>>,
}

/// What a user is tied to, by names.
#[derive(Debug, Clone, Default)]
pub(super) struct Ties {
    /// Group type and name of each group that the user is a member of.
    pub(super) member_of: Vec<(String, String)>,
    pub(super) manages: Vec<(String, String)>,
    custom_variables: Option<Json>,
}

impl Record for Row {
    fn property(&self, name: &str) -> Value<'_> {
        if let Some(place) = self.set.place(name) {
            return self.values.get(place).map(Value::borrowed).unwrap_or_default();
        }
        let related = self.related.get(name).map(Vec::as_slice).unwrap_or_default();
        match self.set.navigation(name) {
            Some(navigation) if navigation.is_many => {
                Value::List(related.iter().map(|row| Value::Record(row)).collect())
            }
            _ => related.first().map_or(Value::Null, |row| Value::Record(row)),
        }
    }
}

impl Row {
    fn new(set: &'static str, values: Vec<Value<'static>>) -> Self {
        let set = model::set(set).unwrap_or(&model::SETS[0]);
        debug_assert_eq!(values.len(), set.properties.len(), "{}", set.name);
        Self {
            set,
            values,
            related: BTreeMap::new(),
            ties: None,
        }
    }

    /// The text of a property; blank for none.
    pub(super) fn text(&self, property: &str) -> &str {
        match self.set.place(property).and_then(|place| self.values.get(place)) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// What tells it apart from the other rows of its set.
    pub(super) fn key(&self) -> Vec<Value<'static>> {
        let places = self.set.key.iter().filter_map(|key| self.set.place(key));
        places.filter_map(|place| self.values.get(place).cloned()).collect()
    }

    pub(super) fn user(fed: FedUser) -> Self {
        let FedUser {
            mut user,
            manager_id,
            created_at,
            updated_at,
        } = fed;
        let groups = std::mem::take(&mut user.groups);
        let manages = std::mem::take(&mut user.manages);
        let ties = Ties {
            member_of: groups.into_iter().collect(),
            manages: manages
                .into_iter()
                .flat_map(|(group_type, names)| names.into_iter().map(move |name| (group_type.clone(), name)))
                .collect(),
            custom_variables: user.attributes.remove(CUSTOM_VARIABLES),
        };
        let User {
            id,
            email,
            first_name,
            last_name,
            username,
            time_zone,
            role,
            tags,
            aliases,
            ..
        } = user;
        let mut row = Self::new(
            "User",
            vec![
                text(id),
                text(email),
                text(first_name),
                text(last_name),
                or_null(username),
                or_null(time_zone),
                or_null(manager_id),
                Value::Boolean(user.is_active),
                Value::Boolean(user.is_manager),
                Value::Boolean(user.is_admin),
                or_null(role),
                Value::List(tags.into_iter().map(text).collect()),
                Value::List(aliases.into_iter().map(text).collect()),
                Value::Instant(created_at),
                Value::Instant(updated_at),
            ],
        );
        row.ties = Some(Box::new(ties));
        row
    }

    /// A group, shown as one of a set: `Team` or `Group`.
    pub(super) fn group(set: &'static str, group: FedGroup) -> Self {
        let values = vec![
            text(group.id),
            text(group.name),
            text(group.group_type),
            Value::Instant(group.created_at),
        ];
        Self::new(set, values)
    }

    /// What says that a user is a member of a group.
    pub(super) fn membership(user: &Self, group_id: &str, (group_type, name): &(String, String)) -> Self {
        let values = [user.text("id"), group_id, user.text("emailAddress"), group_type, name];
        Self::new("Membership", values.map(|value| text(value.to_owned())).to_vec())
    }

    /// A user's custom variables, in the order of their key.
    pub(super) fn custom_variables(user: &Self) -> Vec<Self> {
        let kept = user.ties.as_ref().and_then(|ties| ties.custom_variables.as_ref());
        let Some(Json::Array(kept)) = kept else {
            return Vec::new();
        };
        let mut positions: BTreeMap<&str, i64> = BTreeMap::new();
        let mut rows = Vec::new();
        for variable in kept {
            let Some(name) = variable["name"].as_str() else {
                continue;
            };
            let position = positions.entry(name).or_default();
            rows.push(Self::new(
                "CustomVariable",
                vec![
                    text(user.text("id").to_owned()),
                    text(name.to_owned()),
                    Value::Integer(*position),
                    printed(&variable["value"]),
                    date(&variable["startDate"]),
                    date(&variable["endDate"]),
                    text(user.text("emailAddress").to_owned()),
                ],
            ));
            *position += 1;
        }
        rows.sort_by(|a, b| compare(&a.key(), &b.key()));
        rows
    }

    pub(super) fn upload(upload: Upload) -> Self {
        let count = |of: fn(&passmuster_core::plan::Counts) -> u64| match &upload.counts {
            Some(counts) => number(of(counts)),
            None => Value::Null,
        };
        let counts = [
            count(|counts| counts.created),
            count(|counts| counts.updated),
            count(|counts| counts.deactivated),
            count(|counts| counts.reactivated),
            count(|counts| counts.unchanged),
            count(|counts| counts.groups_created),
        ];
        let mut values = vec![
            text(upload.id),
            text(upload.integration_id),
            instant(Some(&upload.received_at)),
            text(upload.received_by),
            text(upload.via),
            number(upload.bytes),
            number(upload.records),
            text(upload.outcome.as_str().to_owned()),
            number(upload.error_count),
            number(upload.warning_count),
            Value::Boolean(upload.sandbox),
        ];
        values.extend(counts);
        values.extend([
            instant(upload.decided_at.as_deref()),
            or_null(upload.decided_by),
            instant(upload.undone_at.as_deref()),
            or_null(upload.undone_by),
        ]);
        Self::new("Upload", values)
    }
}

/// How two lists of values lie, the first different ones deciding.
pub(super) fn compare(left: &[Value<'_>], right: &[Value<'_>]) -> Ordering {
    let orders = left.iter().zip(right).map(|(left, right)| left.order(right));
    orders
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn text(text: String) -> Value<'static> {
    Value::Text(text.into())
}

fn or_null(maybe: Option<String>) -> Value<'static> {
    maybe.map_or(Value::Null, text)
}

fn number(count: u64) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn instant(timestamp: Option<&str>) -> Value<'static> {
    timestamp.and_then(parse_instant).map_or(Value::Null, Value::Instant)
}

/// The day of a date or a time.
fn date(json: &Json) -> Value<'static> {
    let day = json
        .as_str()
        .and_then(|text| parse_date(text.get(..10).unwrap_or(text)));
    day.map_or(Value::Null, Value::Date)
}

/// A value as a text.
fn printed(json: &Json) -> Value<'static> {
    match json {
        Json::Null => Value::Null,
        Json::String(value) => text(value.clone()),
        other => text(other.to_string()),
    }
}
