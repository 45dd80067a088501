//! Group types, groups, memberships, and the other things that a workspace defines.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use passmuster_core::group::{AttributeKind, AttributeType, GroupType, IntegrationIdType};
use passmuster_core::wire::directory::Catalog;

use super::bulk::{Bulk, Column, Verb};
use super::{StoreError, Stored, Tx, to_json};

/// Everything that a workspace defines besides its users.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    group_types: Vec<GroupType>,
    integration_ids: Vec<IntegrationIdType>,
    attributes: Vec<AttributeType>,
    types: HashMap<String, TypeIds>,
    last_number: i64,
    pub(super) names: GroupNames,
}

#[derive(Debug, Default)]
struct TypeIds {
    id: String,
    groups: HashMap<String, GroupId>,
}

#[derive(Debug)]
struct GroupId {
    id: String,
    number: i64,
}

impl Definitions {
    /// Group types with their groups, both by name.
    pub(super) fn group_types(&self) -> &[GroupType] {
        &self.group_types
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.names.by_number.len()
    }
}

/// The ids and numbers behind the names of groups.
#[derive(Debug, Default)]
pub(crate) struct GroupIds {
    known: Arc<Definitions>,
    /// Those that are being created, by group type and name.
    added: HashMap<String, HashMap<String, GroupId>>,
    last_number: i64,
}

impl GroupIds {
    pub(crate) fn group_type(&self, name: &str) -> Option<&str> {
        self.known.types.get(name).map(|found| found.id.as_str())
    }

    pub(crate) fn group(&self, group_type: &str, name: &str) -> Option<&str> {
        self.find(group_type, name).map(|found| found.id.as_str())
    }

    pub(crate) fn number(&self, group_type: &str, name: &str) -> Option<i64> {
        self.find(group_type, name).map(|found| found.number)
    }

    fn find(&self, group_type: &str, name: &str) -> Option<&GroupId> {
        let known = || self.known.types.get(group_type)?.groups.get(name);
        let added = || self.added.get(group_type)?.get(name);
        known().or_else(added)
    }

    /// Remembers a group that is being created; the number that it gets.
    pub(crate) fn add(&mut self, group_type: &str, name: &str, id: String) -> i64 {
        self.last_number += 1;
        let number = self.last_number;
        let added = self.added.entry(group_type.to_owned()).or_default();
        added.insert(name.to_owned(), GroupId { id, number });
        number
    }
}

/// Group type and name of each group.
#[derive(Debug, Default)]
pub(super) struct GroupNames {
    pub(super) by_number: HashMap<i64, (String, String)>,
    pub(super) by_id: HashMap<String, (String, String)>,
}

/// Those of some numbers, and those that some users (ids) manage.
pub(super) async fn names_for(
    tx: &mut Tx,
    workspace: &str,
    numbers: &[String],
    managers: &[String],
) -> Stored<GroupNames> {
    let of_numbers = "SELECT g.id, g.number, t.name, g.name FROM groups g JOIN group_types t \
                      ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id WHERE g.workspace_id = $1 \
                      AND g.number IN (SELECT CAST(value AS BIGINT) FROM keys($2))";
    let of_managers = "SELECT g.id, g.number, t.name, g.name FROM by_key($2, group_managers m, m.user_id) JOIN groups g \
                       ON g.workspace_id = m.workspace_id AND g.id = m.group_id JOIN group_types t \
                       ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id";
    let (numbers, managers) = ([workspace.into(), numbers.into()], [workspace.into(), managers.into()]);
    let mut names = GroupNames::default();
    tx.ask(&[(of_numbers, &numbers), (of_managers, &managers)], |_, row| {
        let name = (row.text(2)?, row.text(3)?);
        names.by_number.insert(row.int(1)?, name.clone());
        names.by_id.insert(row.text(0)?, name);
        Ok(())
    })
    .await?;
    Ok(names)
}

/// What a workspace defined at a version of its directory, if that is remembered.
pub(super) fn remembered(tx: &Tx, workspace: &str, version: i64) -> Option<Arc<Definitions>> {
    tx.catalogs.at(workspace, version)
}

/// All that a mapping may name, besides the users; names sorted.
pub(crate) async fn catalog(tx: &mut Tx, workspace: &str, salesforce: bool) -> Stored<(Catalog, GroupIds)> {
    let known = definitions(tx, workspace).await?;
    let catalog = Catalog {
        salesforce,
        group_types: known.group_types.clone(),
        integration_ids: known.integration_ids.clone(),
        attributes: known.attributes.clone(),
    };
    let ids = GroupIds {
        last_number: known.last_number,
        known,
        added: HashMap::new(),
    };
    Ok((catalog, ids))
}

/// The name of a group of a type, by its id or its name.
pub(crate) async fn find(tx: &mut Tx, workspace: &str, group_type: &str, wanted: &str) -> Stored<Option<String>> {
    let known = definitions(tx, workspace).await?;
    let by_id = known
        .names
        .by_id
        .get(wanted)
        .filter(|(of_type, _)| of_type == group_type);
    let by_name = || known.types.get(group_type)?.groups.get_key_value(wanted);
    Ok(by_id
        .map(|(_, name)| name.clone())
        .or_else(|| by_name().map(|(name, _)| name.clone())))
}

/// What a workspace defines, as the transaction sees it.
pub(super) async fn definitions(tx: &mut Tx, workspace: &str) -> Stored<Arc<Definitions>> {
    // What this transaction wrote itself is not counted yet, or may be taken back.
    if tx.has_written {
        return Ok(Arc::new(read_definitions(tx, workspace).await?));
    }
    let version = version(tx, workspace).await?;
    if let Some(known) = version.and_then(|version| tx.catalogs.at(workspace, version)) {
        return Ok(known);
    }
    let known = Arc::new(read_definitions(tx, workspace).await?);
    // Each statement of a transaction that writes sees what others have committed meanwhile.
    if let Some(version) = version
        && self::version(tx, workspace).await? == Some(version)
    {
        tx.catalogs.keep(workspace, version, &known);
    }
    Ok(known)
}

/// Counts whatever changes the directory or what it defines.
pub(crate) async fn version(tx: &mut Tx, workspace: &str) -> Stored<Option<i64>> {
    // Nobody else changes it as long as this transaction has the lock, and it did not write yet.
    if let Some((locked, version)) = &tx.locked
        && locked == workspace
    {
        return Ok(Some(*version));
    }
    let sql = "SELECT directory_version FROM workspaces WHERE workspace_id = $1";
    tx.row(sql, &[workspace.into()], |row| row.int(0)).await
}

async fn read_definitions(tx: &mut Tx, workspace: &str) -> Stored<Definitions> {
    let values = [workspace.into()];
    let groups = "SELECT t.id, t.name, g.id, g.name, g.number FROM group_types t LEFT JOIN groups g \
                  ON g.workspace_id = t.workspace_id AND g.group_type_id = t.id WHERE t.workspace_id = $1";
    let integration_ids = "SELECT slug, name FROM integration_id_types WHERE workspace_id = $1";
    let attributes = "SELECT name, kind, options FROM attribute_types WHERE workspace_id = $1";
    let questions = [(groups, &values[..]), (integration_ids, &values), (attributes, &values)];
    let mut known = Definitions::default();
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    tx.ask(&questions, |question, row| {
        match question {
            0 => {
                let (type_id, type_name) = (row.text(0)?, row.text(1)?);
                let group = (row.text_or_null(2)?, row.text_or_null(3)?, row.int_or_null(4)?);
                let of_type = known.types.entry(type_name.clone()).or_default();
                of_type.id = type_id;
                let groups = types.entry(type_name.clone()).or_default();
                if let (Some(id), Some(name), Some(number)) = group {
                    known.last_number = known.last_number.max(number);
                    known.names.by_number.insert(number, (type_name.clone(), name.clone()));
                    known.names.by_id.insert(id.clone(), (type_name, name.clone()));
                    groups.push(name.clone());
                    of_type.groups.insert(name, GroupId { id, number });
                }
            }
            1 => known.integration_ids.push(IntegrationIdType {
                slug: row.text(0)?,
                name: row.text(1)?,
            }),
            _ => {
                let kind: AttributeKind = serde_json::from_value(row.text(1)?.into())
                    .map_err(|error| StoreError::Unexpected(error.to_string()))?;
                known.attributes.push(AttributeType {
                    name: row.text(0)?,
                    kind,
                    options: row.json(2)?,
                });
            }
        }
        Ok(())
    })
    .await?;
    known.group_types = types
        .into_iter()
        .map(|(name, mut groups)| {
            groups.sort_unstable();
            GroupType { name, groups }
        })
        .collect();
    known.integration_ids.sort_by(|a, b| a.slug.cmp(&b.slug));
    known.attributes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(known)
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
