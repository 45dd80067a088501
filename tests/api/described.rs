//! The server's OpenAPI document, as tests go through it: what it tells of, and requests that fit.

use passmuster_tests::Server;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// One operation of the document.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// With braces where something stands for another thing.
    pub(crate) path: String,
    /// What the document says of it.
    pub(crate) told: Value,
}

/// The document itself.
pub(crate) async fn document(server: &Server) -> Value {
    let answer = server.get("/api/openapi.json").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// All operations of the document.
pub(crate) async fn operations(server: &Server) -> Vec<Operation> {
    let document = document(server).await;
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                told: told.clone(),
            });
        }
    }
    assert!(operations.len() > 50, "only {}", operations.len());
    operations
}

impl Operation {
    pub(crate) fn id(&self) -> &str {
        self.told["operationId"].as_str().unwrap()
    }

    /// The ways to say who one is; none: nobody is asked.
    pub(crate) fn schemes(&self) -> Vec<String> {
        let all = self.told["security"].as_array().unwrap();
        let names = all.iter().flat_map(|one| one.as_object().unwrap().keys().cloned());
        names.collect()
    }

    pub(crate) fn is_secured_by(&self, scheme: &str) -> bool {
        self.schemes().iter().any(|known| known == scheme)
    }

    /// The permissions of which one is enough; none outside of the admin API.
    pub(crate) fn permissions(&self) -> Vec<String> {
        let all = self.told["x-permissions"].as_array().cloned().unwrap_or_default();
        all.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// The path with these names in it, and with the document's examples for the others.
    pub(crate) fn path_with(&self, names: &[(&str, &str)]) -> String {
        let mut path = self.path.clone();
        for parameter in self.told["parameters"].as_array().unwrap() {
            if parameter["in"] != "path" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let given = names.iter().find(|(known, _)| *known == name);
            let example = parameter["example"].as_str().map(str::to_owned);
            let example = example.unwrap_or_else(|| parameter["example"].to_string());
            path = path.replace(&format!("{{{name}}}"), given.map_or(&*example, |(_, value)| value));
        }
        assert!(!path.contains('{'), "{path} has no example");
        path
    }

    /// A request with the document's example of a body, if it has one.
    pub(crate) fn request(&self, server: &Server, path: &str) -> RequestBuilder {
        let request = server.request(self.method.clone(), path);
        let bodies = self.told["requestBody"]["content"].as_object();
        let Some((media, body)) = bodies.and_then(|bodies| bodies.iter().next()) else {
            return request;
        };
        match (media.as_str(), &body["example"]) {
            (media, Value::String(text)) => request.header("Content-Type", media).body(text.clone()),
            (media @ "application/x-www-form-urlencoded", fields) => {
                let fields = fields.as_object().into_iter().flatten();
                let fields =
                    fields.map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
                let place = reqwest::Url::parse_with_params("http://localhost/", fields).unwrap();
                request
                    .header("Content-Type", media)
                    .body(place.query().unwrap_or_default().to_owned())
            }
            ("multipart/form-data", _) => {
                let form = reqwest::multipart::Form::new();
                request.multipart(form.text("file", "email,first_name,last_name\na@a.co,A,B\n"))
            }
            (_, Value::Null) => request.json(&json!({})),
            (_, document) => request.json(document),
        }
    }
}
