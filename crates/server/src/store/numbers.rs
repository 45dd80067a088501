//! Numbers by which some APIs name things: given when one is first shown, and never another one's.

use std::collections::BTreeMap;

use super::{Stored, Tx};

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Users, by id.
    User,
    /// Groups of the type of companies, by name.
    Company,
    /// Memberships of companies, by the user's id and the company's name.
    Employment,
    /// Tags, by word.
    Tag,
    /// Lists, by name.
    List,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Company => "company",
            Self::Employment => "employment",
            Self::Tag => "tag",
            Self::List => "list",
        }
    }
}

/// A number and when it was given, in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbered {
    pub(crate) number: i64,
    pub(crate) since: i64,
}

/// The numbers of those of some names that have one.
pub(crate) async fn find(
    tx: &mut Tx,
    workspace: &str,
    kind: Kind,
    names: &[String],
) -> Stored<BTreeMap<String, Numbered>> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT n.named, n.number, n.created_at FROM by_key($3, numbers n, n.kind = $2 AND n.named)";
    let values = [workspace.into(), kind.as_str().into(), names.into()];
    let found = tx.rows(sql, &values, |row| {
        let numbered = Numbered {
            number: row.int(1)?,
            since: row.int(2)?,
        };
        Ok((row.text(0)?, numbered))
    });
    Ok(found.await?.into_iter().collect())
}

/// What has a number.
pub(crate) async fn named(tx: &mut Tx, workspace: &str, kind: Kind, number: i64) -> Stored<Option<String>> {
    let sql = "SELECT named FROM numbers WHERE workspace_id = $1 AND kind = $2 AND number = $3";
    let values = [workspace.into(), kind.as_str().into(), number.into()];
    tx.row(sql, &values, |row| row.text(0)).await
}

/// Everything of a kind, by number.
pub(crate) async fn all(tx: &mut Tx, workspace: &str, kind: Kind) -> Stored<Vec<(i64, String)>> {
    let sql = "SELECT number, named FROM numbers WHERE workspace_id = $1 AND kind = $2 ORDER BY number";
    let values = [workspace.into(), kind.as_str().into()];
    tx.rows(sql, &values, |row| Ok((row.int(0)?, row.text(1)?))).await
}

/// Gives numbers to those of some names that have none. Whoever calls it holds the workspace's lock.
pub(crate) async fn give(tx: &mut Tx, workspace: &str, kind: Kind, names: &[String], now: i64) -> Stored<()> {
    let known = find(tx, workspace, kind, names).await?;
    let sql = "INSERT INTO numbers (workspace_id, kind, named, number, created_at) SELECT $1, $2, $3, \
               COALESCE(MAX(number), 0) + 1, $4 FROM numbers WHERE workspace_id = $1 AND kind = $2 \
               ON CONFLICT (workspace_id, kind, named) DO NOTHING";
    for name in names.iter().filter(|name| !known.contains_key(*name)) {
        let values = [workspace.into(), kind.as_str().into(), name.into(), now.into()];
        tx.execute(sql, &values).await?;
    }
    Ok(())
}
