//! One SQL text for both databases: `$N` for values, `keys($N)` for a list as a table of one column `value`, and
//! `by_key($N, TABLE ALIAS, COLUMN)` for the rows of workspace `$1` whose column is in a list, found one by one by index.
//! The column may have conditions before it: `by_key($3, user_integration_ids i, i.slug = $2 AND i.value)`.
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

/// `keys($2)` → `rarray(?2)`, `$1` → `?1`, and no row locks, which SQLite neither has nor needs. Its cross join goes
/// through the list and looks each key up.
pub(super) fn for_sqlite(sql: &str) -> String {
    let sql = replace_keys(sql, "by_key($", ")", |out, words| {
        let Some((number, table, alias, column)) = by_key(words) else {
            return;
        };
        let _ = write!(
            out,
            "rarray(${number}) AS keys CROSS JOIN {table} {alias} ON {alias}.workspace_id = $1 AND {column} = keys.value"
        );
    });
    replace_keys(&sql, "keys($", ")", |out, number| {
        let _ = write!(out, "rarray(${number})");
    })
    .replace('$', "?")
    .replace(" FOR UPDATE", "")
}

/// `IN (SELECT value FROM keys($2))` → `= ANY($2::text[])`, which finds each key in an index where a join with
/// `unnest` may read the whole table; any other `keys($2)` → `unnest($2::text[]) AS keys(value)`.
///
/// Where a table was just filled, the planner takes the whole of it for a few rows and reads all of a workspace to pick
/// from. `OFFSET 0` leaves it no choice: it keeps the subquery by itself, which is run for each key.
pub(super) fn for_postgres(sql: &str) -> String {
    let sql = replace_keys(sql, "by_key($", ")", |out, words| {
        let Some((number, table, alias, column)) = by_key(words) else {
            return;
        };
        let _ = write!(
            out,
            "unnest(${number}::text[]) AS keys(value) CROSS JOIN LATERAL (SELECT * FROM {table} {alias} \
             WHERE {alias}.workspace_id = $1 AND {column} = keys.value OFFSET 0) AS {alias}"
        );
    });
    let sql = replace_keys(&sql, "IN (SELECT value FROM keys($", "))", |out, number| {
        let _ = write!(out, "= ANY(${number}::text[])");
    });
    replace_keys(&sql, "keys($", ")", |out, number| {
        let _ = write!(out, "unnest(${number}::text[]) AS keys(value)");
    })
}

/// Number, table, alias and column of `by_key`.
fn by_key(words: &str) -> Option<(&str, &str, &str, &str)> {
    let (number, rest) = words.split_once(", ")?;
    let (table, column) = rest.split_once(", ")?;
    let (table, alias) = table.split_once(' ')?;
    Some((number, table, alias, column))
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
        let sql = "SELECT u.id FROM by_key($2, users u, u.email_key) WHERE u.is_active = 1";
        assert_eq!(
            for_sqlite(sql),
            "SELECT u.id FROM rarray(?2) AS keys CROSS JOIN users u ON u.workspace_id = ?1 AND u.email_key = keys.value \
             WHERE u.is_active = 1"
        );
        assert_eq!(
            for_postgres(sql),
            "SELECT u.id FROM unnest($2::text[]) AS keys(value) CROSS JOIN LATERAL (SELECT * FROM users u \
             WHERE u.workspace_id = $1 AND u.email_key = keys.value OFFSET 0) AS u WHERE u.is_active = 1"
        );
    }
}
