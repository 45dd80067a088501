//! The edits of one user: what a record says, beside what the directory has.

use crate::field::Target;
use crate::group::AttributeKind;
use crate::log::Log;
use crate::plan::edits::Packing;
use crate::plan::{Change, ChangeKind, Edit, Value, ValueRef};
use crate::record::Said;
use crate::rules;
use crate::user::{User, email_key};
use crate::value;

use super::managers::Manager;
use super::people::{People, Person};
use super::{attribute, groups, rights};

/// The edits of one user.
pub(super) struct Edits<'p, 'r, 'a> {
    pub(super) people: &'p People<'r, 'a>,
    pub(super) record: usize,
    pub(super) before: Option<&'r User>,
    /// Of a known user. Empty between two of them; each one's own list has just the room that it needs.
    pub(super) list: &'p mut Vec<Edit>,
    /// Of a new user.
    pub(super) packing: &'p mut Packing,
}

impl Edits<'_, '_, '_> {
    /// What happens to the user; `None` when nothing does.
    pub(super) fn decide(
        mut self,
        order: &[usize],
        manager: Manager,
        is_manager: rights::IsManager,
        log: &mut Log,
    ) -> Option<Change> {
        let people = self.people;
        let person = Person::Record(self.record as u32);
        let fields = &people.records.mapping.fields;
        // Manager and rights may change though no column says so; they come in their place among the fields.
        let before_rights = order.partition_point(|field| fields[*field].target < Target::IsActive);
        let (first, rest) = order.split_at(before_rights);
        for field in first {
            self.field(*field, &fields[*field].target, manager, log);
        }
        if people.fields.manager.is_none() {
            self.manager(manager);
        }
        self.rights(is_manager);
        for field in rest {
            self.field(*field, &fields[*field].target, manager, log);
        }
        let (was_active, is_active) = (self.before.map(|user| user.is_active), people.active_after(person));
        let kind = match was_active {
            None => ChangeKind::Created,
            Some(true) if !is_active => ChangeKind::Deactivated,
            Some(false) if is_active => ChangeKind::Reactivated,
            Some(_) if self.list.is_empty() => return None,
            Some(_) => ChangeKind::Updated,
        };
        Some(Change {
            row: Some(u64::from(people.records.place(self.record).row)),
            email: people.email(person).to_owned(),
            kind,
            edits: match self.before {
                None => self.packing.take(),
                Some(_) => self.list.drain(..).collect(),
            },
            user_id: self.before.map(|user| user.id.clone()),
        })
    }

    fn push(&mut self, field: &Target, before: ValueRef<'_>, after: ValueRef<'_>, reason: Option<&str>) {
        match self.before {
            None => self.packing.push(field, before, after, reason),
            Some(_) => self.list.push(Edit {
                field: field.clone(),
                before: before.to_value(),
                after: after.to_value(),
                reason: reason.map(str::to_owned),
            }),
        }
    }

    /// Is Active, Is Manager, Is Admin: they may change though no column says so.
    fn rights(&mut self, is_manager: rights::IsManager) {
        let person = Person::Record(self.record as u32);
        let people = self.people;
        let role = people.new_role(self.record);
        let by_role = |field: Option<usize>| {
            let said = people.said(self.record, field).text().is_some();
            if said {
                None
            } else {
                role.map(|role| format!("from the role {role}"))
            }
        };
        let active_reason = match self.before {
            None if people.active_after(person) => None,
            _ => by_role(people.fields.is_active),
        };
        let active = (people.active_after(person), active_reason);
        let admin = (people.admin_after(person), by_role(people.fields.is_admin));
        let manager = (is_manager.after, is_manager.reason.map(str::to_owned));
        let before = self.before;
        let was = |of: fn(&User) -> bool| before.map(of);
        for (target, was, (after, reason)) in [
            (Target::IsActive, was(|user| user.is_active), active),
            (Target::IsManager, was(|user| user.is_manager), manager),
            (Target::IsAdmin, was(|user| user.is_admin), admin),
        ] {
            let shown = match was {
                None => after || target == Target::IsActive,
                Some(was) => was != after,
            };
            if shown {
                let was = was.map_or(Value::Null, Value::Bool);
                let is = Value::Bool(after);
                self.push(&target, ValueRef::Of(&was), ValueRef::Of(&is), reason.as_deref());
            }
        }
    }

    fn field(&mut self, field: usize, target: &Target, manager: Manager, log: &mut Log) {
        let said = self.people.records.said(self.record, field);
        let before = self.before;
        match target {
            Target::Email => {
                if before.is_none() {
                    self.text(target, None, said);
                }
            }
            Target::FirstName => self.text(target, before.map(|user| user.first_name.as_str()), said),
            Target::LastName => self.text(target, before.map(|user| user.last_name.as_str()), said),
            Target::Username => self.text(target, before.and_then(|user| user.username.as_deref()), said),
            Target::TimeZone => self.text(target, before.and_then(|user| user.time_zone.as_deref()), said),
            Target::Role => self.text(target, before.and_then(|user| user.role.as_deref()), said),
            Target::IntegrationId(slug) => {
                self.text(
                    target,
                    before
                        .and_then(|user| user.integration_ids.get(slug))
                        .map(String::as_str),
                    said,
                );
            }
            Target::GroupMembership(group_type) => {
                let was = before.and_then(|user| user.groups.get(group_type)).map(String::as_str);
                let is = groups::membership_after(self.people, self.record, field, was);
                if was != is {
                    self.push(target, was.into(), is.into(), None);
                }
            }
            Target::GroupManager(group_type) => {
                let was = before
                    .and_then(|user| user.manages.get(group_type))
                    .cloned()
                    .unwrap_or_default();
                let is = groups::managed_after(self.people, self.record, field);
                self.list(target, was, is);
            }
            Target::Tags => {
                let was = before.map(|user| user.tags.clone()).unwrap_or_default();
                let policy = self.people.records.mapping.fields[field].list;
                let is = groups::words_after(&was, said, policy, str::to_owned);
                self.list(target, was, is);
            }
            Target::Aliases => {
                let was = before.map(|user| user.aliases.clone()).unwrap_or_default();
                let policy = self.people.records.mapping.fields[field].list;
                let is = groups::words_after(&was, said, policy, email_key);
                self.list(target, was, is);
            }
            Target::Manager => self.manager(manager),
            Target::Attribute(name) => self.attribute(field, (target, name), said, log),
            Target::IsActive | Target::IsManager | Target::IsAdmin => {}
        }
    }

    fn text(&mut self, target: &Target, was: Option<&str>, said: Said<'_>) {
        let is = match said {
            Said::Nothing => return,
            Said::Clear => None,
            Said::Text(text) => Some(text),
        };
        let same = match (target, was, is) {
            (Target::Username, Some(was), Some(is)) => was.eq_ignore_ascii_case(is),
            _ => was == is,
        };
        if !same {
            self.push(target, was.into(), is.into(), None);
        }
    }

    fn list(&mut self, target: &Target, mut was: Vec<String>, is: Vec<String>) {
        was.sort();
        if was != is {
            let (was, is) = (Value::List(was), Value::List(is));
            self.push(target, ValueRef::Of(&was), ValueRef::Of(&is), None);
        }
    }

    fn manager(&mut self, manager: Manager) {
        let was = self.before.and_then(|user| user.manager.as_deref());
        let (is, reason) = match manager {
            Manager::Stays => return,
            Manager::ClearedDeactivated => (None, Some("cleared because the manager is deactivated")),
            Manager::Cleared => (None, Some(super::CLEARED)),
            Manager::ClearedUnknown => (None, Some("cleared because the manager named is not an active user")),
            Manager::Is(person) => (Some(self.people.email(person)), None),
        };
        let same = match (was, is) {
            (Some(was), Some(is)) => was.eq_ignore_ascii_case(is),
            (was, is) => was == is,
        };
        if !same {
            self.push(&Target::Manager, was.into(), is.into(), reason);
        }
    }

    fn attribute(&mut self, field: usize, (target, name): (&Target, &str), said: Said<'_>, log: &mut Log) {
        let records = self.people.records;
        let was = self
            .before
            .and_then(|user| user.attributes.get(name))
            .filter(|value| !value.is_null());
        let Some(attribute) = attribute(self.people.directory, name) else {
            return;
        };
        let is = match said {
            Said::Nothing => return,
            Said::Clear => None,
            Said::Text(text) => match value::attribute::parse(text, attribute) {
                Some(value) => {
                    let truth = value::boolean::parse(text).filter(|(_, converted)| *converted);
                    if let (AttributeKind::Boolean, Some((truth, _))) = (attribute.kind, truth) {
                        let at = records.at(field);
                        let place = records.place(self.record);
                        log.add(&records.source, &rules::converted_boolean::RULE, place, at, || {
                            rules::converted_boolean::words(truth)
                        });
                    }
                    // null is no value
                    Some(value).filter(|value| !value.is_null())
                }
                None => {
                    let at = records.at(field);
                    log.add(
                        &records.source,
                        &rules::invalid_attribute::RULE,
                        records.place(self.record),
                        at,
                        || rules::invalid_attribute::words(text, &value::attribute::mismatch(text, attribute)),
                    );
                    return;
                }
            },
        };
        let same = match (was, &is) {
            (Some(was), Some(is)) if attribute.kind == AttributeKind::Json => {
                // a directory may hold the text of a value instead of the value
                let meant = || value::attribute::parse(was.as_str()?, attribute);
                was == is || meant().as_ref() == Some(is)
            }
            (Some(was), Some(is)) => {
                let print = |value| value::attribute::print(value, attribute.kind);
                was == is || print(was) == print(is)
            }
            (was, is) => was.is_none() && is.is_none(),
        };
        if !same {
            let json = |value: Option<serde_json::Value>| value.map_or(Value::Null, Value::Json);
            let (was, is) = (json(was.map(value::attribute::sorted)), json(is));
            self.push(target, ValueRef::Of(&was), ValueRef::Of(&is), None);
        }
    }
}
