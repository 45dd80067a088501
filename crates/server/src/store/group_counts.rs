//! How many people groups concern. Everybody is read for it, so the numbers are remembered as long as the directory stays.

use std::collections::HashMap;
use std::sync::Arc;

use passmuster_core::wire::people::{GroupCounts, GroupTypeCounts};

use super::catalogs::Counted;
use super::groups::{self, definitions};
use super::{Stored, Tx};

/// Every group type with its groups, both by name.
pub(crate) type Counts = Vec<(GroupTypeCounts, Vec<GroupCounts>)>;

/// The numbers of a workspace.
pub(crate) async fn counts(tx: &mut Tx, workspace: &str) -> Stored<Arc<Counts>> {
    let version = groups::version(tx, workspace).await?;
    let known = version.and_then(|version| tx.catalogs.count_at(workspace, version, "groups"));
    if let Some(Counted::Groups(counts)) = known {
        return Ok(counts);
    }
    let known = definitions(tx, workspace).await?;
    let members = "SELECT u.member_of, CAST(COUNT(*) AS BIGINT) FROM users u WHERE u.workspace_id = $1 \
                   AND u.member_of IS NOT NULL GROUP BY u.member_of";
    let managers = "SELECT m.group_id, CAST(COUNT(*) AS BIGINT) FROM group_managers m WHERE m.workspace_id = $1 \
                    GROUP BY m.group_id";
    let values = [workspace.into()];
    let mut by_name: HashMap<(String, String), GroupCounts> = HashMap::new();
    tx.ask(&[(members, &values), (managers, &values)], |question, row| {
        let (key, count) = (row.text(0)?, row.count(1)?);
        if question == 0 {
            let numbers = key.split(' ').filter_map(|number| number.parse().ok());
            for name in numbers.filter_map(|number: i64| known.names.by_number.get(&number)) {
                by_name.entry(name.clone()).or_default().members += count;
            }
        } else if let Some(name) = known.names.by_id.get(&key) {
            by_name.entry(name.clone()).or_default().managers += count;
        }
        Ok(())
    })
    .await?;
    let counts: Counts = known
        .group_types()
        .iter()
        .map(|of_type| {
            let groups: Vec<GroupCounts> = of_type
                .groups
                .iter()
                .map(|name| GroupCounts {
                    name: name.clone(),
                    ..by_name
                        .remove(&(of_type.name.clone(), name.clone()))
                        .unwrap_or_default()
                })
                .collect();
            let total = GroupTypeCounts {
                name: of_type.name.clone(),
                groups: groups.len() as u64,
                members: groups.iter().map(|group| group.members).sum(),
            };
            (total, groups)
        })
        .collect();
    let counts = Arc::new(counts);
    if let Some(version) = version {
        let kept = Counted::Groups(Arc::clone(&counts));
        tx.catalogs.keep_count(workspace, version, "groups".to_owned(), kept);
    }
    Ok(counts)
}
