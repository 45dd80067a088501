//! What the address says behind its `?`: read as it changes, written for links.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, params::ParamsMap};

/// Keys and values of an address, in order; blank ones say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query(Vec<(&'static str, String)>);

/// What the address says of these keys, for as long as it is an address of the page (or tab) that asks.
///
/// Not the router's own `use_query_map`: that keeps the old query when the path changes with it within one route, as from
/// one user to another, and a page that is being left would see the query of the next one.
pub(crate) fn use_query(keys: &'static [&'static str]) -> Memo<Query> {
    let location = use_location();
    let own = location.pathname.with_untracked(|path| page_of(path));
    Memo::new(move |last: Option<&Query>| match last {
        Some(last) if location.pathname.with(|path| page_of(path)) != own => last.clone(),
        _ => location.query.with(|map| Query::read(map, keys)),
    })
}

/// The parts of a path that say which page or tab it is: every other one is a name, as in `/integrations/ID/settings`.
fn page_of(path: &str) -> (usize, Vec<String>) {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let words = parts.iter().step_by(2).map(|part| (*part).to_owned());
    (parts.len(), words.collect())
}

impl Query {
    fn read(map: &ParamsMap, keys: &[&'static str]) -> Self {
        let known = keys.iter().map(|key| (*key, map.get(key).unwrap_or_default()));
        Self(known.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// What it says of a key; nothing: an empty text.
    pub(crate) fn get(&self, key: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map_or("", |(_, value)| value)
    }

    /// Whether it says nothing of all these keys.
    pub(crate) fn lacks_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.get(key).is_empty())
    }

    /// With another value for a key; an empty one takes it away.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.0.retain(|(known, _)| *known != key);
        if !value.is_empty() {
            self.0.push((key, value));
        }
        self
    }

    /// Without some keys.
    pub(crate) fn without(mut self, keys: &[&str]) -> Self {
        self.0.retain(|(known, _)| !keys.contains(known));
        self
    }

    /// Keys and values, for a request.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// An address that says this.
    pub(crate) fn at(&self, path: &str) -> String {
        let words = self.0.iter().map(|(key, value)| {
            let value = String::from(js_sys::encode_uri_component(value));
            format!("{key}={value}")
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", words.join("&"))
        }
    }
}
