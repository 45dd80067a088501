//! What workspaces define besides their users, remembered as long as it is certainly still so.
//!
//! Each upload needs all groups, and next to none changes them. The version of the directory is read with everything else
//! in the same transaction, and counts whatever changes groups and definitions: what was read at a version is what there
//! is at that version, on whichever server. Nothing is remembered that a transaction saw which may still be taken back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use passmuster_core::wire::people::UserCounts;

use super::group_counts::Counts;
use super::groups::Definitions;

/// Workspaces that are remembered, at most.
const WORKSPACES: usize = 64;
/// Counts that are remembered, at most.
const COUNTS: usize = 256;
/// Groups of a workspace that is remembered, at most.
const GROUPS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct Catalogs {
    kept: Mutex<HashMap<String, Kept>>,
    /// Users that a workspace had, at least, when they were counted last: says what is quick, never what is right.
    users: Mutex<HashMap<String, usize>>,
    /// What was counted, by workspace and question, with the version of the directory that it is true of.
    counts: Mutex<HashMap<(String, String), (i64, Counted)>>,
}

/// What everybody has to be read for.
#[derive(Debug, Clone)]
pub(super) enum Counted {
    /// How many users a filter finds.
    Users(UserCounts),
    /// How many people each group concerns.
    Groups(Arc<Counts>),
}

#[derive(Debug)]
struct Kept {
    /// The versions at which it was so, both included.
    versions: (i64, i64),
    /// `None` where there are too many.
    definitions: Option<Arc<Definitions>>,
}

impl Catalogs {
    /// What was defined at a version.
    pub(super) fn at(&self, workspace: &str, version: i64) -> Option<Arc<Definitions>> {
        let kept = lock(&self.kept);
        let found = kept.get(workspace)?;
        let (first, last) = found.versions;
        found.definitions.clone().filter(|_| (first..=last).contains(&version))
    }

    /// Whether there were too many groups to be remembered.
    pub(super) fn are_too_many(&self, workspace: &str) -> bool {
        lock(&self.kept)
            .get(workspace)
            .is_some_and(|found| found.definitions.is_none())
    }

    /// Forgets everything: the database may be another one, such as a replica that took over and lost the last changes.
    pub(super) fn forget(&self) {
        lock(&self.kept).clear();
        lock(&self.counts).clear();
    }

    /// What was counted at a version.
    pub(super) fn count_at(&self, workspace: &str, version: i64, question: &str) -> Option<Counted> {
        let counts = lock(&self.counts);
        let (counted_at, counted) = counts.get(&(workspace.to_owned(), question.to_owned()))?;
        (*counted_at == version).then(|| counted.clone())
    }

    /// Remembers what a transaction counted that sees this version.
    pub(super) fn keep_count(&self, workspace: &str, version: i64, question: String, counted: Counted) {
        let mut counts = lock(&self.counts);
        if counts.len() >= COUNTS {
            counts.clear();
        }
        counts.insert((workspace.to_owned(), question), (version, counted));
    }

    /// Remembers what was read at a version that is committed.
    pub(super) fn keep(&self, workspace: &str, version: i64, definitions: &Arc<Definitions>) {
        let mut kept = lock(&self.kept);
        if kept.get(workspace).is_some_and(|found| found.versions.1 >= version) {
            return;
        }
        if kept.len() >= WORKSPACES && !kept.contains_key(workspace) {
            kept.clear();
        }
        let found = Kept {
            versions: (version, version),
            definitions: (definitions.groups() <= GROUPS).then(|| Arc::clone(definitions)),
        };
        kept.insert(workspace.to_owned(), found);
    }

    /// Says that the change which is counted by this version, and is committed, left groups and definitions alone.
    pub(super) fn carry_on(&self, workspace: &str, version: i64) {
        if let Some(found) = lock(&self.kept).get_mut(workspace)
            && found.versions.1 == version - 1
        {
            found.versions.1 = version;
        }
    }

    /// Whether a workspace had more than so many users when they were counted.
    pub(super) fn had_more_than(&self, workspace: &str, users: usize) -> bool {
        lock(&self.users).get(workspace).is_some_and(|counted| *counted > users)
    }

    /// Remembers that so many were counted; there may be more.
    pub(super) fn counted(&self, workspace: &str, users: usize) {
        let mut counts = lock(&self.users);
        if counts.len() >= WORKSPACES && !counts.contains_key(workspace) {
            counts.clear();
        }
        counts.insert(workspace.to_owned(), users);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_defined_holds_from_version_to_version_without_a_gap() {
        let catalogs = Catalogs::default();
        let (older, newer) = (Arc::default(), Arc::default());
        catalogs.keep("w", 5, &older);
        catalogs.carry_on("w", 6);
        assert!([5, 6].map(|at| catalogs.at("w", at)).iter().all(Option::is_some));
        // Another server made version 7: nobody here knows what it did.
        catalogs.carry_on("w", 8);
        assert!([4, 7, 8].map(|at| catalogs.at("w", at)).iter().all(Option::is_none));
        catalogs.keep("w", 8, &newer);
        assert!(catalogs.at("w", 8).is_some_and(|found| Arc::ptr_eq(&found, &newer)));
        assert!(catalogs.at("w", 6).is_none());
        // Who read long ago and comes late changes nothing.
        catalogs.keep("w", 7, &older);
        assert!(catalogs.at("w", 7).is_none() && catalogs.at("v", 8).is_none());
    }
}
