//! One SQL text for both databases: `$N` for values, `keys($N)` for a list as a table of one column `value`.
//!
//! Each text is rewritten once. Knows nothing of what the texts say.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, PoisonError, RwLock};

/// Texts as one of the databases takes them, each rewritten at its first use.
#[derive(Debug, Default)]
pub(super) struct Texts(RwLock<HashMap<Cow<'static, str>, Arc<str>>>);

impl Texts {
    pub(super) fn get(&self, sql: &'static str, rewrite: fn(&str) -> String) -> Arc<str> {
        self.get_or(sql, || rewrite(sql))
    }

    /// The text under `key`, made at its first use.
    pub(super) fn get_or(&self, key: impl Into<Cow<'static, str>>, make: impl FnOnce() -> String) -> Arc<str> {
        let key = key.into();
        if let Some(text) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(text);
        }
        let text: Arc<str> = make().into();
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&text));
        text
    }
}

/// `keys($2)` → `rarray(?2)`, `$1` → `?1`, and no row locks, which SQLite neither has nor needs.
pub(super) fn for_sqlite(sql: &str) -> String {
    replace_keys(sql, "keys($", ")", |out, number| {
        let _ = write!(out, "rarray(${number})");
    })
    .replace('$', "?")
    .replace(" FOR UPDATE", "")
}

/// `IN (SELECT value FROM keys($2))` → `= ANY($2::text[])`, which finds each key in an index where a join with
/// `unnest` may read the whole table; any other `keys($2)` → `unnest($2::text[]) AS keys(value)`.
pub(super) fn for_postgres(sql: &str) -> String {
    let sql = replace_keys(sql, "IN (SELECT value FROM keys($", "))", |out, number| {
        let _ = write!(out, "= ANY(${number}::text[])");
    });
    replace_keys(&sql, "keys($", ")", |out, number| {
        let _ = write!(out, "unnest(${number}::text[]) AS keys(value)");
    })
}

fn replace_keys(sql: &str, begin: &str, end: &str, mut put: impl FnMut(&mut String, &str)) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once(begin) {
        out.push_str(before);
        let (number, after) = after.split_once(end).unwrap_or((after, ""));
        put(&mut out, number);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQL: &str = "SELECT id FROM users WHERE workspace_id = $1 AND id IN (SELECT value FROM keys($12)) FOR UPDATE";

    #[test]
    fn a_text_becomes_each_databases_own() {
        assert_eq!(
            for_sqlite(SQL),
            "SELECT id FROM users WHERE workspace_id = ?1 AND id IN (SELECT value FROM rarray(?12))"
        );
        assert_eq!(
            for_postgres(SQL),
            "SELECT id FROM users WHERE workspace_id = $1 AND id = ANY($12::text[]) FOR UPDATE"
        );
        assert_eq!(
            for_postgres("FROM keys($2) UNION"),
            "FROM unnest($2::text[]) AS keys(value) UNION"
        );
    }
}
