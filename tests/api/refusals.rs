//! Whoever may not is refused, on every operation that the OpenAPI document tells of, and nothing changes by it.
//!
//! The operations come from the document, and the document from the URL table: a new one can't be forgotten.

use passmuster_tests::{Database, Output, Server, on_each_database};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::described::{Operation, operations};
use crate::person::{PASSWORD, cookie_of, make};
use crate::sender::{JSON_BODY, send};

/// Whoever has no credential at all may call these.
const OPEN_TO_EVERYBODY: [&str; 7] = [
    "Health_Alive",
    "Health_Ready",
    "Metrics_Show",
    "OpenApi_Show",
    "Session_SignIn",
    "Session_SignOut",
    "Setup_Create",
];

const PERMISSIONS: [&str; 4] = ["Integrations: Edit", "Users: Edit", "Groups: Edit", "Audit: View"];
const OWN: &str = "default.pm.example";
const OTHER: &str = "acme.pm.example";

/// A credential, as a header.
type Credential = (&'static str, String);

/// Two workspaces on one server, each with people, keys and integrations.
struct Scene {
    server: Server,
    own: Workspace,
    other: Workspace,
    /// Another integration of the first workspace.
    second: Integration,
    upload_id: String,
    token_id: String,
    /// Somebody of the first workspace who has no role.
    nobody: Credential,
}

struct Workspace {
    host: &'static str,
    key: String,
    admin: Credential,
    integration: Integration,
}

#[derive(Debug)]
struct Integration {
    id: String,
    token: String,
    route: String,
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// A command for a workspace.
fn cli(server: &Server, workspace: &str, arguments: &[&str]) -> Output {
    let output = server.cli(&[arguments, &["--workspace", workspace]].concat());
    assert_eq!(output.code, 0, "{arguments:?}: {output:?}");
    output
}

fn enable(server: &Server, workspace: &str, name: &str) -> Integration {
    let arguments = [
        "integration",
        "create",
        "--name",
        name,
        "--file-format",
        "json",
        "--output",
        "json",
    ];
    let made = cli(server, workspace, &arguments).json();
    Integration {
        id: text(&made["integration_id"]),
        token: text(&made["auth_token"]),
        route: text(&made["route"]),
    }
}

async fn sign_in(server: &Server, host: &str, email: &str) -> Credential {
    let document = json!({"email": email, "password": PASSWORD});
    let answer = send(server.post("/api/session").header("Host", host).json(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    ("Cookie", cookie_of(&answer))
}

impl Workspace {
    async fn new(server: &Server, name: &'static str, host: &'static str) -> Self {
        let key = cli(
            server,
            name,
            &["api-key", "create", "--name", "all", "--output", "json"],
        )
        .json();
        let email = format!("admin@{name}.example");
        make(server, &email, &["--admin", "--workspace", name]);
        cli(server, name, &["group-type", "create", "Team"]);
        Self {
            host,
            key: text(&key["api_key"]),
            admin: sign_in(server, host, &email).await,
            integration: enable(server, name, "HR"),
        }
    }

    async fn get(&self, server: &Server, path: &str) -> Value {
        let request = server.get(&format!("/api/admin/{path}")).header("Host", self.host);
        send(request.bearer_auth(&self.key)).await.expect(200)
    }

    /// What a refused request must leave as it is.
    async fn everything(&self, server: &Server) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "users/?limit=1000",
            "groups/",
            "group-types/",
            "integrations/",
            "settings/",
            "api-keys/",
        ] {
            let mut found = self.get(server, path).await;
            for key in found["api_keys"].as_array_mut().into_iter().flatten() {
                // A key may be known, and not be enough.
                key["last_used_at"].take();
            }
            for integration in found["integrations"].as_array().cloned().unwrap_or_default() {
                let path = format!("integrations/{}/uploads/", text(&integration["id"]));
                all.push(self.get(server, &path).await);
            }
            all.push(found);
        }
        let audit = self.get(server, "audit/?limit=1000").await;
        all.push(json!(audit["entries"].as_array().unwrap().len()));
        all
    }
}

impl Scene {
    async fn new(database: Database) -> Self {
        let arguments = ["--base-domain", "pm.example", "--trusted-proxy", "127.0.0.1"];
        let server = Server::start_with(database, &arguments);
        assert_eq!(
            server.cli(&["workspace", "create", "Acme", "--subdomain", "acme"]).code,
            0
        );
        let own = Workspace::new(&server, "default", OWN).await;
        let other = Workspace::new(&server, "acme", OTHER).await;
        let second = enable(&server, "default", "Second");
        make(&server, "nobody@default.example", &[]);
        let nobody = sign_in(&server, OWN, "nobody@default.example").await;
        let path = format!("/api/v1/data/{}/", own.integration.route);
        let upload = server
            .post(&path)
            .header("Host", OWN)
            .header("Content-Type", "application/json");
        let upload = upload
            .header("Authorization", format!("Token {}", own.integration.token))
            .body(JSON_BODY);
        let upload = send(upload).await.expect(201);
        let group = server
            .post("/api/admin/groups")
            .header("Host", OWN)
            .bearer_auth(&own.key);
        send(group.json(&json!({"group_type": "Team", "name": "Dogs"})))
            .await
            .expect(201);
        let shown = own.get(&server, &format!("integrations/{}", own.integration.id)).await;
        Self {
            token_id: text(&shown["tokens"][0]["id"]),
            upload_id: text(&upload["upload_id"]),
            server,
            own,
            other,
            second,
            nobody,
        }
    }

    /// The operation's path, with the first workspace's own things in it.
    fn path_of(&self, operation: &Operation) -> String {
        let is_of_upload = operation.path.contains("/uploads/{id}");
        let id = if is_of_upload {
            &self.upload_id
        } else {
            &self.own.integration.id
        };
        operation.path_with(&[
            ("id", id),
            ("token_id", &self.token_id),
            ("route", &self.own.integration.route),
            ("email", "jason@yourcompany.com"),
            ("group_type", "Team"),
            ("name", "Dogs"),
        ])
    }

    /// A key with every permission but these.
    fn key_without(&self, permissions: &[String]) -> String {
        let mut arguments = vec!["api-key", "create", "--name", "less", "--output", "json"];
        for permission in PERMISSIONS
            .iter()
            .filter(|known| !permissions.iter().any(|named| named == *known))
        {
            arguments.extend(["--permission", permission]);
        }
        text(&cli(&self.server, "default", &arguments).json()["api_key"])
    }

    /// Those who may not, who they are, and what they are told.
    fn strangers(
        &self,
        operation: &Operation,
        lesser_keys: &[(Vec<String>, String)],
    ) -> Vec<(&'static str, Vec<Credential>, u16)> {
        let token = |integration: &Integration| ("Authorization", format!("Token {}", integration.token));
        let bearer = |key: &str| ("Authorization", format!("Bearer {key}"));
        let mut strangers = vec![("nobody", Vec::new(), 401)];
        if operation.is_secured_by("Bearer") {
            let lesser = lesser_keys
                .iter()
                .find(|(permissions, _)| *permissions == operation.permissions());
            strangers.extend([
                ("another workspace's key", vec![bearer(&self.other.key)], 401),
                ("another workspace's admin", vec![self.other.admin.clone()], 401),
                ("a key without the permission", vec![bearer(&lesser.unwrap().1)], 403),
                ("somebody without a role", vec![self.nobody.clone()], 403),
                ("a sender", vec![token(&self.own.integration)], 401),
                (
                    "a sender's token as a key",
                    vec![bearer(&self.own.integration.token)],
                    401,
                ),
            ]);
        }
        if operation.is_secured_by("Token") {
            strangers.extend([
                ("another workspace's token", vec![token(&self.other.integration)], 401),
                (
                    "a key as a token",
                    vec![("Authorization", format!("Token {}", self.own.key))],
                    401,
                ),
                ("an admin without a token", vec![self.own.admin.clone()], 401),
            ]);
            if operation.path.contains("{route}") {
                strangers.push(("another integration's token", vec![token(&self.second)], 401));
            }
        }
        if operation.is_secured_by("X-ApiKey") {
            strangers.extend([
                ("a key of the admin API", vec![("X-ApiKey", self.own.key.clone())], 401),
                (
                    "another workspace's key of the admin API",
                    vec![("X-ApiKey", self.other.key.clone())],
                    401,
                ),
                (
                    "a sender's token",
                    vec![("X-ApiKey", self.own.integration.token.clone())],
                    401,
                ),
            ]);
        }
        if operation.is_secured_by("Session") && !operation.is_secured_by("Bearer") {
            strangers.push(("another workspace's admin", vec![self.other.admin.clone()], 401));
        }
        strangers
    }

    /// From an address of its own, because whoever guesses is soon not answered any more.
    fn request(&self, operation: &Operation, path: &str, turn: &mut u32) -> RequestBuilder {
        *turn += 1;
        let client = format!("10.{}.{}.{}", *turn / 65_536, *turn / 256 % 256, *turn % 256);
        let request = operation.request(&self.server, path).header("Host", OWN);
        request.header("X-Forwarded-For", client)
    }
}

on_each_database! {
    async fn whoever_may_not_is_refused_everywhere_and_changes_nothing(database: Database) {
        let scene = Scene::new(database).await;
        let operations = operations(&scene.server).await;
        let mut kinds: Vec<Vec<String>> = operations.iter().map(Operation::permissions).collect();
        kinds.sort();
        kinds.dedup();
        let lesser_keys = kinds.into_iter().filter(|kind| !kind.is_empty());
        let lesser_keys: Vec<_> = lesser_keys.map(|kind| (kind.clone(), scene.key_without(&kind))).collect();
        let before = (scene.own.everything(&scene.server).await, scene.other.everything(&scene.server).await);
        let (mut turn, mut open) = (0, Vec::new());
        for operation in &operations {
            if operation.schemes().is_empty() {
                open.push(operation.id());
                continue;
            }
            let path = scene.path_of(operation);
            for (who, credentials, status) in scene.strangers(operation, &lesser_keys) {
                let request = scene.request(operation, &path, &mut turn);
                let request = credentials.iter().fold(request, |request, (name, value)| request.header(*name, value));
                let answer = send(request).await;
                assert_eq!(answer.status, status, "{who}: {} {path}: {}", operation.id(), answer.body);
                let documented = &operation.told["responses"][status.to_string()];
                assert!(documented.is_object(), "{status} of {} is not told of", operation.id());
            }
        }
        open.sort_unstable();
        assert_eq!(open, OPEN_TO_EVERYBODY);
        assert!(turn > 200, "only {turn} requests");
        let after = (scene.own.everything(&scene.server).await, scene.other.everything(&scene.server).await);
        assert_eq!(after, before);
        // They are let in who may.
        let own = scene.server.request(Method::GET, "/api/admin/users").header("Host", OWN);
        assert_eq!(send(own.bearer_auth(&scene.own.key)).await.status, 200);
    }
}
