//! An entry of a user's history, taken back: the edit that gives each of its fields the value from before.
//!
//! Only words the edit; that it is sound, and what else it changes, the plan of it says.

use serde_json::Value as Json;

use crate::field::Target;
use crate::wire::audit::FieldEdit;
use crate::wire::directory::UserEdit;

/// The edit that puts fields back as they were; `None` when there is nothing that could be put back.
pub fn taken_back(edits: &[FieldEdit]) -> Option<UserEdit> {
    let mut back = UserEdit::default();
    for edit in edits {
        let target = Target::parse(&edit.field)?;
        let before = &edit.before;
        let text = || before.as_str().map(str::to_owned);
        match target {
            Target::Email => back.email = Some(text()?),
            Target::FirstName => back.first_name = Some(text()?),
            Target::LastName => back.last_name = Some(text()?),
            Target::Username => back.username = Some(text()),
            Target::TimeZone => back.time_zone = Some(text()),
            Target::Manager => back.manager = Some(text()),
            Target::IsActive => back.is_active = Some(before.as_bool()?),
            Target::IsManager => back.is_manager = Some(before.as_bool()?),
            Target::IsAdmin => back.is_admin = Some(before.as_bool()?),
            Target::Role => back.role = Some(text()),
            Target::Tags => back.tags = Some(words(before)),
            Target::Aliases => back.aliases = Some(words(before)),
            Target::IntegrationId(slug) => {
                back.integration_ids.insert(slug, text());
            }
            Target::GroupMembership(group_type) => {
                back.groups.insert(group_type, text());
            }
            Target::GroupManager(group_type) => {
                back.manages.insert(group_type, words(before));
            }
            Target::Attribute(name) => {
                back.attributes.insert(name, before.clone());
            }
        }
    }
    (!edits.is_empty()).then_some(back)
}

fn words(value: &Json) -> Vec<String> {
    let words = value.as_array().into_iter().flatten();
    words.filter_map(Json::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_gets_the_value_from_before() {
        let edits = [
            FieldEdit::new("user.first_name", "Ann", "Anna"),
            FieldEdit::new("user.manager", Json::Null, "bo@a.co"),
            FieldEdit::new("user.tags", json!(["old"]), json!([])),
            FieldEdit::new("group_membership:Team", "Dogs", "Cats"),
        ];
        let back = taken_back(&edits).expect("all of them are a user's");
        assert_eq!(back.first_name.as_deref(), Some("Ann"));
        assert_eq!((back.manager, back.tags), (Some(None), Some(vec!["old".to_owned()])));
        assert_eq!(back.groups, [("Team".to_owned(), Some("Dogs".to_owned()))].into());
    }

    #[test]
    fn what_is_no_edit_of_a_user_is_not_taken_back() {
        assert_eq!(taken_back(&[]), None);
        assert_eq!(taken_back(&[FieldEdit::new("sandbox", true, false)]), None);
        // Nobody was called nothing: that entry made the user.
        assert_eq!(
            taken_back(&[FieldEdit::new("user.first_name", Json::Null, "Ann")]),
            None
        );
    }
}
