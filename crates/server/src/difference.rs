//! Plans that were shown, remembered by digest, so that a later one can be told apart from what was agreed to.
//!
//! In memory only: after a restart, or on another server, the answer says that the plan is another one, but not where.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use passmuster_core::plan::{Change, Plan};
use passmuster_core::user::{User, email_key};
use passmuster_core::wire::{Difference, Differing};

/// Changes remembered over all plans, at 16 bytes each.
const REMEMBERED: usize = 1_000_000;
/// Users whom a difference names.
const NAMED: usize = 100;

/// The plans that were shown, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Shown(Mutex<VecDeque<Remembered>>);

#[derive(Debug)]
struct Remembered {
    workspace: String,
    hash: String,
    /// Digests of each change by the digest of its user's address.
    changes: HashMap<u64, u64>,
}

fn digest<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn digest_of(change: &Change) -> u64 {
    digest(&serde_json::to_string(&(change.kind, &change.edits)).unwrap_or_default())
}

impl Shown {
    /// Remembers a plan; the oldest are forgotten for it.
    pub(crate) fn remember(&self, workspace: &str, plan: &Plan) {
        if plan.changes.len() > REMEMBERED {
            return;
        }
        let changes = plan.changes.iter();
        let remembered = Remembered {
            workspace: workspace.to_owned(),
            hash: plan.hash.clone(),
            changes: changes
                .map(|change| (digest(&email_key(&change.email)), digest_of(change)))
                .collect(),
        };
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.retain(|known| known.workspace != workspace || known.hash != plan.hash);
        shown.push_back(remembered);
        let mut total: usize = shown.iter().map(|known| known.changes.len() + 1).sum();
        while total > REMEMBERED {
            let Some(oldest) = shown.pop_front() else { break };
            total -= oldest.changes.len() + 1;
        }
    }

    /// Where a plan differs from the one of this hash; `users` are those whom the earlier plan may speak of.
    pub(crate) fn difference(&self, workspace: &str, hash: &str, plan: &Plan, users: &[User]) -> Option<Difference> {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = shown
            .iter()
            .find(|known| known.workspace == workspace && known.hash == hash)?;
        let mut left = earlier.changes.clone();
        let mut differing = Vec::new();
        for change in &plan.changes {
            let was = left.remove(&digest(&email_key(&change.email)));
            if was != Some(digest_of(change)) {
                differing.push(Differing {
                    email: change.email.clone(),
                    was_in_plan: was.is_some(),
                    change: Some(change.clone()),
                });
            }
        }
        let mut total = differing.len() + left.len();
        for user in users {
            if left.remove(&digest(&email_key(&user.email))).is_some() {
                differing.push(Differing {
                    email: user.email.clone(),
                    was_in_plan: true,
                    change: None,
                });
            }
        }
        // those who are left are nobody any more
        total = total.max(differing.len());
        differing.truncate(NAMED);
        Some(Difference {
            total: total as u64,
            users: differing,
        })
    }
}
