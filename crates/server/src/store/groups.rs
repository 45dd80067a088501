//! Group types, groups, memberships, and the other things that a workspace defines.

use std::collections::{BTreeMap, HashMap};

use passmuster_core::group::{AttributeKind, AttributeType, GroupType, IntegrationIdType};
use passmuster_core::wire::directory::Catalog;

use super::bulk::{Bulk, Column, Verb};
use super::{StoreError, Stored, Tx, Value, to_json};

/// The ids and numbers behind the names of groups.
#[derive(Debug, Default)]
pub(crate) struct GroupIds {
    types: HashMap<String, TypeIds>,
    last_number: i64,
}

#[derive(Debug, Default)]
struct TypeIds {
    id: String,
    /// Id and number.
    groups: HashMap<String, (String, i64)>,
}

impl GroupIds {
    pub(crate) fn group_type(&self, name: &str) -> Option<&str> {
        self.types.get(name).map(|found| found.id.as_str())
    }

    pub(crate) fn group(&self, group_type: &str, name: &str) -> Option<&str> {
        let (id, _) = self.types.get(group_type)?.groups.get(name)?;
        Some(id)
    }

    pub(crate) fn number(&self, group_type: &str, name: &str) -> Option<i64> {
        let (_, number) = self.types.get(group_type)?.groups.get(name)?;
        Some(*number)
    }

    /// Remembers a group that is being created; the number that it gets.
    pub(crate) fn add(&mut self, group_type: &str, name: &str, id: String) -> i64 {
        self.last_number += 1;
        if let Some(found) = self.types.get_mut(group_type) {
            found.groups.insert(name.to_owned(), (id, self.last_number));
        }
        self.last_number
    }
}

/// Group type and name of each group.
#[derive(Debug, Default)]
pub(super) struct GroupNames {
    pub(super) by_number: HashMap<i64, (String, String)>,
    pub(super) by_id: HashMap<String, (String, String)>,
}

pub(super) async fn names(tx: &mut Tx, workspace: &str) -> Stored<GroupNames> {
    let sql = "SELECT g.id, g.number, t.name, g.name FROM groups g JOIN group_types t \
               ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id WHERE g.workspace_id = $1";
    read_names(tx, sql, &[workspace.into()]).await
}

/// Those of some numbers, and those that some users (ids) manage.
pub(super) async fn names_for(
    tx: &mut Tx,
    workspace: &str,
    numbers: &[String],
    managers: &[String],
) -> Stored<GroupNames> {
    let sql = "SELECT g.id, g.number, t.name, g.name FROM groups g JOIN group_types t \
               ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id WHERE g.workspace_id = $1 \
               AND g.number IN (SELECT CAST(value AS BIGINT) FROM keys($2)) UNION \
               SELECT g.id, g.number, t.name, g.name FROM group_managers m JOIN groups g \
               ON g.workspace_id = m.workspace_id AND g.id = m.group_id JOIN group_types t \
               ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id WHERE m.workspace_id = $1 \
               AND m.user_id IN (SELECT value FROM keys($3))";
    read_names(tx, sql, &[workspace.into(), numbers.into(), managers.into()]).await
}

async fn read_names(tx: &mut Tx, sql: &'static str, values: &[Value<'_>]) -> Stored<GroupNames> {
    let mut names = GroupNames::default();
    let rows = tx
        .rows(sql, values, |row| {
            Ok((row.text(0)?, row.int(1)?, (row.text(2)?, row.text(3)?)))
        })
        .await?;
    for (id, number, name) in rows {
        names.by_number.insert(number, name.clone());
        names.by_id.insert(id, name);
    }
    Ok(names)
}

/// All that a mapping may name, besides the users; names sorted.
pub(crate) async fn catalog(tx: &mut Tx, workspace: &str, salesforce: bool) -> Stored<(Catalog, GroupIds)> {
    let sql = "SELECT t.id, t.name, g.id, g.name, g.number FROM group_types t LEFT JOIN groups g \
               ON g.workspace_id = t.workspace_id AND g.group_type_id = t.id WHERE t.workspace_id = $1";
    let rows = tx
        .rows(sql, &[workspace.into()], |row| {
            let group = (row.text_or_null(2)?, row.text_or_null(3)?, row.int_or_null(4)?);
            Ok((row.text(0)?, row.text(1)?, group))
        })
        .await?;
    let mut ids = GroupIds::default();
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (type_id, type_name, group) in rows {
        let known = ids.types.entry(type_name.clone()).or_default();
        known.id = type_id;
        let groups = types.entry(type_name).or_default();
        if let (Some(id), Some(name), Some(number)) = group {
            known.groups.insert(name.clone(), (id, number));
            ids.last_number = ids.last_number.max(number);
            groups.push(name);
        }
    }
    let group_types = types
        .into_iter()
        .map(|(name, mut groups)| {
            groups.sort_unstable();
            GroupType { name, groups }
        })
        .collect();
    let sql = "SELECT slug, name FROM integration_id_types WHERE workspace_id = $1";
    let mut integration_ids = tx
        .rows(sql, &[workspace.into()], |row| {
            Ok(IntegrationIdType {
                slug: row.text(0)?,
                name: row.text(1)?,
            })
        })
        .await?;
    integration_ids.sort_by(|a, b| a.slug.cmp(&b.slug));
    let sql = "SELECT name, kind, options FROM attribute_types WHERE workspace_id = $1";
    let mut attributes = tx
        .rows(sql, &[workspace.into()], |row| {
            let kind: AttributeKind = serde_json::from_value(row.text(1)?.into())
                .map_err(|error| StoreError::Unexpected(error.to_string()))?;
            Ok(AttributeType {
                name: row.text(0)?,
                kind,
                options: row.json(2)?,
            })
        })
        .await?;
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((
        Catalog {
            salesforce,
            group_types,
            integration_ids,
            attributes,
        },
        ids,
    ))
}

/// Makes a group type.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of that name.
pub(crate) async fn insert_type(tx: &mut Tx, workspace: &str, id: &str, name: &str) -> Stored<()> {
    let sql = "INSERT INTO group_types (workspace_id, id, name) VALUES ($1, $2, $3)";
    tx.execute(sql, &[workspace.into(), id.into(), name.into()]).await?;
    Ok(())
}

/// Makes a kind of integration ID.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of that slug.
pub(crate) async fn insert_integration_id_type(tx: &mut Tx, workspace: &str, slug: &str, name: &str) -> Stored<()> {
    let sql = "INSERT INTO integration_id_types (workspace_id, slug, name) VALUES ($1, $2, $3)";
    tx.execute(sql, &[workspace.into(), slug.into(), name.into()]).await?;
    Ok(())
}

/// Makes a custom attribute.
///
/// # Errors
/// [`StoreError::Taken`] when there is one of that name.
pub(crate) async fn insert_attribute(tx: &mut Tx, workspace: &str, attribute: &AttributeType) -> Stored<()> {
    let sql = "INSERT INTO attribute_types (workspace_id, name, kind, options) VALUES ($1, $2, $3, $4)";
    let kind = serde_json::to_value(attribute.kind).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let values = [
        workspace.into(),
        (&attribute.name).into(),
        kind.as_str().into(),
        to_json(&attribute.options)?.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

pub(crate) static INSERT: Bulk = Bulk {
    verb: Verb::Insert,
    table: "groups",
    key: &[Column::Text("id")],
    set: &[
        Column::Text("group_type_id"),
        Column::Text("name"),
        Column::Int("created_at"),
        Column::Int("number"),
    ],
};

pub(crate) static DELETE: Bulk = Bulk {
    verb: Verb::Delete,
    table: "groups",
    key: &[Column::Text("id")],
    set: &[],
};

const MANAGER: &[Column] = &[Column::Text("user_id"), Column::Text("group_id")];

pub(crate) static INSERT_MANAGER: Bulk = Bulk {
    verb: Verb::Insert,
    table: "group_managers",
    key: MANAGER,
    set: &[],
};
pub(crate) static DELETE_MANAGER: Bulk = Bulk {
    verb: Verb::Delete,
    table: "group_managers",
    key: MANAGER,
    set: &[],
};
