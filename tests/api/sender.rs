//! Whoever sends bodies to an integration of their own, and an administrator who looks at what became of them.

use passmuster_tests::Server;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// The fields of the seeds' example file.
pub(crate) const CSV_MAPPING: &str = include_str!("../../examples/users.mapping.json");
/// The seeds' example file.
pub(crate) const CSV_BODY: &str = include_str!("../../examples/users.csv");
/// Two users.
pub(crate) const JSON_BODY: &str = r#"[
    {"email": "jason@yourcompany.com", "first_name": "Jason", "last_name": "Smith"},
    {"email": "susan@yourcompany.com", "first_name": "Susan", "last_name": "Simpson"}]"#;

pub(crate) struct Sender<'a> {
    pub(crate) server: &'a Server,
    pub(crate) integration_id: String,
    pub(crate) token: String,
    pub(crate) path: String,
    api_key: String,
    content_type: &'static str,
}

/// A body's answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    /// The first error's id.
    pub(crate) fn error_id(&self) -> &str {
        self.body["errors"][0]["id"].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
    Answer { status, headers, body }
}

/// Sends all at the same time, and waits for the last answer.
pub(crate) async fn at_once(requests: impl Iterator<Item = RequestBuilder>) -> Vec<Answer> {
    let mut sent = tokio::task::JoinSet::new();
    for request in requests {
        sent.spawn(send(request));
    }
    sent.join_all().await
}

impl<'a> Sender<'a> {
    /// Sends JSON with the three required fields.
    pub(crate) fn of_json(server: &'a Server) -> Self {
        Self::enable(server, "json", "application/json", None)
    }

    /// Sends the seeds' example file.
    pub(crate) fn of_example(server: &'a Server) -> Self {
        for group_type in ["Role", "Location", "Team"] {
            assert_eq!(server.cli(&["group-type", "create", group_type]).code, 0);
        }
        let created = server.cli(&["integration-id", "create", "Phone Extension"]);
        assert_eq!(created.stdout.trim(), "phone-extension");
        Self::of_csv(server, CSV_MAPPING)
    }

    /// Sends CSV by this mapping.
    pub(crate) fn of_csv(server: &'a Server, mapping: &str) -> Self {
        Self::enable(server, "csv", "text/csv", Some(mapping))
    }

    /// Sends JSON by this mapping.
    pub(crate) fn of_mapped_json(server: &'a Server, mapping: &str) -> Self {
        Self::enable(server, "json", "application/json", Some(mapping))
    }

    fn enable(server: &'a Server, format: &str, content_type: &'static str, mapping: Option<&str>) -> Self {
        let mut arguments = vec!["integration", "create", "--name", "HR", "--output", "json"];
        arguments.extend(["--file-format", format]);
        let file = server.folder().join("mapping.json");
        let file_name = file.to_string_lossy().into_owned();
        if let Some(mapping) = mapping {
            std::fs::write(&file, mapping).unwrap();
            arguments.extend(["--mapping", &file_name]);
        }
        let made = server.cli(&arguments).json();
        let key = server
            .cli(&["api-key", "create", "--name", "tests", "--output", "json"])
            .json();
        Self {
            server,
            integration_id: text(&made["integration_id"]),
            token: text(&made["auth_token"]),
            path: format!("/api/v1/data/{}/", text(&made["route"])),
            api_key: text(&key["api_key"]),
            content_type,
        }
    }

    /// A POST to the endpoint with its token and type, but no body yet.
    pub(crate) fn post(&self, query: &str) -> RequestBuilder {
        self.server
            .post(&format!("{}{query}", self.path))
            .header("Authorization", format!("Token {}", self.token))
            .header("Content-Type", self.content_type)
    }

    pub(crate) async fn upload(&self, body: impl Into<reqwest::Body>) -> Answer {
        send(self.post("").body(body)).await
    }

    pub(crate) async fn plan(&self, body: impl Into<reqwest::Body>) -> Value {
        send(self.post("?mode=plan").body(body)).await.expect(200)
    }

    /// A request of the administrator.
    pub(crate) fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.server
            .request(method, &format!("/api/admin/{path}"))
            .bearer_auth(&self.api_key)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        send(self.admin(Method::GET, path)).await.expect(200)
    }

    /// The addresses of all users.
    pub(crate) async fn emails(&self) -> Vec<String> {
        let list = self.get("users/?limit=1000").await;
        list["users"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| text(&user["email"]))
            .collect()
    }

    pub(crate) async fn user(&self, email: &str) -> Value {
        self.get(&format!("users/{email}")).await
    }

    /// The newest entries of the audit; `query` begins with `?`.
    pub(crate) async fn audit(&self, query: &str) -> Vec<Value> {
        self.get(&format!("audit/{query}")).await["entries"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// How many uploads are recorded.
    pub(crate) async fn uploads(&self) -> Vec<Value> {
        let list = self
            .get(&format!("integrations/{}/uploads/", self.integration_id))
            .await;
        list["uploads"].as_array().unwrap().clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
