//! What a request says of a user: JSON or a form, and what its keys are in the directory.

use axum::http::{HeaderMap, StatusCode};
use passmuster_core::field::Target;
use passmuster_core::group::{AttributeKind, AttributeType, IntegrationIdType};
use passmuster_core::request::SaidField;
use passmuster_core::user::User;
use passmuster_core::value::CLEAR;
use serde_json::{Map, Value as Json};

use crate::body;
use crate::error::Failure;
use crate::receive::Defines;

/// The group type that companies are groups of.
pub(super) const COMPANY: &str = "Company";
/// The attribute that holds the lists a user is on.
pub(super) const LISTS: &str = "Lists";
/// The ID that clients know a user by.
pub(super) const USER_ID: &str = "user-id";

/// The fields that every user has here and that are attributes in the directory.
// seed: Create user, "During the creation you can set up attributes"
pub(super) const BUILT_IN: [(&str, AttributeKind, &[&str]); 16] = [
    ("assigned_to", AttributeKind::String, &[]),
    ("city", AttributeKind::String, &[]),
    ("country", AttributeKind::String, &[]),
    ("facebook_url", AttributeKind::String, &[]),
    ("gender", AttributeKind::Fixed, &["unknown", "male", "female"]),
    ("google_url", AttributeKind::String, &[]),
    ("gravatar_url", AttributeKind::String, &[]),
    ("linkedin_url", AttributeKind::String, &[]),
    ("notifications", AttributeKind::Boolean, &[]),
    ("phone_number", AttributeKind::String, &[]),
    ("region", AttributeKind::String, &[]),
    ("score", AttributeKind::Integer, &[]),
    ("status", AttributeKind::Fixed, &["visitor", "user"]),
    ("twitter_url", AttributeKind::String, &[]),
    ("unsubscribed", AttributeKind::Boolean, &[]),
    (LISTS, AttributeKind::Json, &[]),
];

/// What a field is that nobody ever said anything of.
pub(super) fn usual(name: &str) -> Json {
    match name {
        "notifications" => true.into(),
        "unsubscribed" => false.into(),
        "score" => 0.into(),
        "status" => "visitor".into(),
        "gender" => "unknown".into(),
        _ => Json::Null,
    }
}

/// Keys of the answer that a client may send back with the others, and that say nothing.
const READ_ONLY: [&str; 19] = [
    "attributes",
    "browser",
    "browser_language",
    "chat_id",
    "companies",
    "created_at",
    "first_seen",
    "id",
    "key",
    "last_contacted",
    "last_ip",
    "last_seen",
    "lists",
    "name",
    "os_type",
    "page_views",
    "resolution",
    "updated_at",
    "created",
];

/// The type of a field that is an attribute.
pub(super) fn built_in(name: &str) -> Option<AttributeType> {
    let found = BUILT_IN.iter().find(|(known, ..)| *known == name);
    found.map(|(name, kind, options)| AttributeType {
        name: (*name).to_owned(),
        kind: *kind,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
    })
}

/// Reads the object of a request: JSON, or a form, whatever the type says where it can be only one of them.
// seed: Create user, the second sample sends a form as application/json
pub(super) fn read(headers: &HeaderMap, bytes: &[u8]) -> Result<Map<String, Json>, Failure> {
    let media = body::content_type(headers).map(|(media, _)| media).unwrap_or_default();
    let text = bytes.trim_ascii();
    let looks_like_json = text.starts_with(b"{") || text.starts_with(b"[");
    match media.as_str() {
        "application/json" | "application/x-www-form-urlencoded" | "" => {}
        other => {
            let description = format!("Unsupported media type \"{other}\" in request.");
            let hint = "Send application/json or application/x-www-form-urlencoded.";
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_type",
                description,
                hint,
            ));
        }
    }
    if text.is_empty() {
        return Ok(Map::new());
    }
    if !looks_like_json && (media != "application/json" || text.contains(&b'=')) {
        let pairs = form_urlencoded::parse(text);
        return Ok(pairs
            .map(|(key, value)| (key.into_owned(), Json::String(value.into_owned())))
            .collect());
    }
    match serde_json::from_slice(text) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(Failure::invalid(
            "Invalid data. Expected a dictionary.",
            "Send one JSON object.",
        )),
        Err(error) => Err(Failure::invalid(
            format!("JSON parse error - {error}"),
            "Send one JSON object.",
        )),
    }
}

/// What was understood of the keys of a request.
#[derive(Debug, Default)]
pub(super) struct Understood {
    /// The address, if it says one.
    pub(super) email: Option<String>,
    pub(super) fields: Vec<SaidField>,
    pub(super) defines: Defines,
    /// Keys that name a custom attribute, which has to be there.
    pub(super) custom: Vec<String>,
    /// Field and what is wrong with it.
    pub(super) faults: Vec<(String, String)>,
}

/// Understands the keys of a user.
pub(super) fn understand(said: &Map<String, Json>) -> Understood {
    let mut understood = Understood::default();
    for (key, value) in said {
        understood.key(key, value);
    }
    understood
}

impl Understood {
    fn key(&mut self, key: &str, value: &Json) {
        match key {
            "email" => match value.as_str().map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => self.email = Some(text.to_owned()),
                None => self.fault(key, "This field may not be blank."),
            },
            "first_name" => self.name(key, Target::FirstName, value),
            "last_name" => self.name(key, Target::LastName, value),
            "timezone" => self.text(key, Target::TimeZone, value),
            "company_id" => {
                self.defines.group_types.push(COMPANY.to_owned());
                self.text(key, Target::GroupMembership(COMPANY.to_owned()), value);
            }
            "user_id" => {
                self.defines.integration_ids.push(IntegrationIdType {
                    slug: USER_ID.to_owned(),
                    name: "User ID".to_owned(),
                });
                self.text(key, Target::IntegrationId(USER_ID.to_owned()), value);
            }
            "tags" => self.tags(value),
            key if READ_ONLY.contains(&key) => {}
            key => {
                match built_in(key) {
                    Some(attribute) => self.defines.attributes.push(attribute),
                    None => self.custom.push(key.to_owned()),
                }
                self.text(key, Target::Attribute(key.to_owned()), value);
            }
        }
    }

    /// Leaves out what is the usual anyway: a client may send back an answer that told it so.
    pub(super) fn leave_out_usual(&mut self, user: &User) {
        self.fields.retain(|field| match &field.target {
            Target::Attribute(name) if !user.attributes.contains_key(name) => {
                let usual = match usual(name) {
                    Json::Null => CLEAR.to_owned(),
                    Json::String(usual) => usual,
                    usual => usual.to_string(),
                };
                field.text != usual && field.text != CLEAR
            }
            _ => true,
        });
    }

    /// A name, which a user always has: blank and null say nothing.
    fn name(&mut self, key: &str, target: Target, value: &Json) {
        if !matches!(value, Json::Null) && value.as_str() != Some("") {
            self.text(key, target, value);
        }
    }

    pub(super) fn text(&mut self, key: &str, target: Target, value: &Json) {
        let text = match value {
            Json::Null => CLEAR.to_owned(),
            Json::String(text) if text.trim().is_empty() => CLEAR.to_owned(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.fields.push(SaidField::new(key, target, text));
    }

    /// Exactly these tags afterwards: words, or the objects of an answer.
    fn tags(&mut self, value: &Json) {
        let word = |tag: &Json| match tag {
            Json::String(word) => Some(word.trim().to_owned()),
            Json::Object(tag) => tag.get("name")?.as_str().map(|word| word.trim().to_owned()),
            _ => None,
        };
        let words: Option<Vec<String>> = match value {
            Json::Null => Some(Vec::new()),
            Json::Array(tags) => tags.iter().map(word).collect(),
            Json::String(words) => Some(words.split(',').map(|word| word.trim().to_owned()).collect()),
            _ => None,
        };
        let Some(words) = words else {
            return self.fault("tags", "Expected a list of names.");
        };
        if let Some(fault) = words
            .iter()
            .find_map(|word| passmuster_core::edit::word_fault("tags", word, '|'))
        {
            return self.fault("tags", &fault);
        }
        let text = match words.iter().all(String::is_empty) {
            true => CLEAR.to_owned(),
            false => words.join("|"),
        };
        self.fields.push(SaidField::new("tags", Target::Tags, text));
    }

    pub(super) fn fault(&mut self, key: &str, message: &str) {
        self.faults.push((key.to_owned(), message.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_TYPE;
    use serde_json::json;

    use super::*;

    fn read_as(media: &str, body: &str) -> Result<Map<String, Json>, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, media.parse().expect("a header"));
        read(&headers, body.as_bytes())
    }

    #[test]
    fn json_and_forms_say_the_same() {
        let form = "email=mynewemail%40mydomain.com&first_name=John&last_name=Doe";
        let said = json!({"email": "mynewemail@mydomain.com", "first_name": "John", "last_name": "Doe"});
        let said = said.as_object().cloned().expect("an object");
        assert_eq!(
            read_as("application/x-www-form-urlencoded", form).ok(),
            Some(said.clone())
        );
        assert_eq!(read_as("application/json", form).ok(), Some(said.clone()));
        assert_eq!(
            read_as("application/json", &Json::Object(said.clone()).to_string()).ok(),
            Some(said)
        );
        assert_eq!(read_as("application/json", "{\"email\":").expect_err("cut").status, 400);
        assert_eq!(read_as("text/csv", "email").expect_err("no object").status, 415);
    }

    #[test]
    fn an_answer_may_be_sent_back() {
        let said = json!({"id": 1, "name": "John Doe", "tags": [{"id": 3, "name": "new"}], "lists": [], "score": 5, "plan": "x"});
        let understood = understand(said.as_object().expect("an object"));
        let fields = understood.fields.iter();
        let mut said: Vec<(&str, &str)> = fields
            .map(|field| (field.column.as_str(), field.text.as_str()))
            .collect();
        said.sort_unstable();
        assert_eq!(said, [("plan", "x"), ("score", "5"), ("tags", "new")]);
        assert_eq!(understood.custom, ["plan"]);
    }
}
