//! Limits: how much an upload may change before a person has to look at it.
//!
//! A limit never changes a plan; it says that the plan has to wait, and why.

use serde::{Deserialize, Serialize};

use crate::field::Target;
use crate::plan::Plan;

/// The share of the active users that one upload may deactivate, unless told otherwise.
pub const DEACTIVATIONS_PERCENT: u32 = 20;
/// Workspaces of at most this many active users have no limit in percent of deactivations: each person is a large share.
pub const SMALL_WORKSPACE: u64 = 100;

/// The most of one kind of change. Either bound alone holds an upload; both absent: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limit {
    /// In percent of what [`Totals`] says, 0 to 100.
    pub percent: Option<u32>,
    /// How many.
    pub count: Option<u64>,
}

/// What may be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Users no longer active, in percent of the active users.
    Deactivations,
    /// Direct managers cleared, in percent of the users who have one.
    ManagersCleared,
    /// New groups, in percent of the groups there are.
    GroupsCreated,
    /// Is Admin granted, in percent of the active admins.
    AdminsGranted,
    /// Records that create or change a user, in percent of the body's records.
    RowsTouched,
}

/// The limits of an integration, as a document; a kind that is `null` is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// See [`LimitKind::Deactivations`].
    pub deactivations: Option<Limit>,
    /// See [`LimitKind::ManagersCleared`].
    pub managers_cleared: Option<Limit>,
    /// See [`LimitKind::GroupsCreated`].
    pub groups_created: Option<Limit>,
    /// See [`LimitKind::AdminsGranted`].
    pub admins_granted: Option<Limit>,
    /// See [`LimitKind::RowsTouched`].
    pub rows_touched: Option<Limit>,
}

impl Default for Limits {
    /// Deactivations only.
    fn default() -> Self {
        Self {
            deactivations: Some(Limit {
                percent: Some(DEACTIVATIONS_PERCENT),
                count: None,
            }),
            managers_cleared: None,
            groups_created: None,
            admins_granted: None,
            rows_touched: None,
        }
    }
}

/// How large the directory and the body are: what limits in percent are shares of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Active users.
    pub active_users: u64,
    /// Users with a direct manager.
    pub with_manager: u64,
    /// Groups of all types.
    pub groups: u64,
    /// Active users with Is Admin.
    pub admins: u64,
    /// Records of the body.
    pub records: u64,
}

/// One reason why an upload waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Crossed {
    /// A [`LimitKind`], or `column_gone`, `records_down`, `cut_off` of [`crate::shape`].
    pub limit: String,
    /// How many there are.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// How many would have passed.
    pub allowed: u64,
    /// In words.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl LimitKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Deactivations,
        Self::ManagersCleared,
        Self::GroupsCreated,
        Self::AdminsGranted,
        Self::RowsTouched,
    ];

    /// As documents write it, such as `managers_cleared`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deactivations => "deactivations",
            Self::ManagersCleared => "managers_cleared",
            Self::GroupsCreated => "groups_created",
            Self::AdminsGranted => "admins_granted",
            Self::RowsTouched => "rows_touched",
        }
    }

    /// The kind of this name.
    pub fn of_str(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// A limit that suits most workspaces, for a person to take or leave.
    pub fn suggested(self) -> Limit {
        let percent = |percent| Limit {
            percent: Some(percent),
            count: None,
        };
        let count = |count| Limit {
            percent: None,
            count: Some(count),
        };
        match self {
            Self::Deactivations => percent(DEACTIVATIONS_PERCENT),
            Self::ManagersCleared => percent(10),
            Self::GroupsCreated => count(10),
            Self::AdminsGranted => count(5),
            Self::RowsTouched => percent(50),
        }
    }

    /// How much of it a plan does, and of how much.
    fn measure(self, plan: &Plan, totals: &Totals) -> (u64, u64) {
        match self {
            Self::Deactivations => (plan.counts.deactivated, totals.active_users),
            Self::ManagersCleared => (plan.counts.managers_cleared, totals.with_manager),
            Self::GroupsCreated => (plan.counts.groups_created, totals.groups),
            Self::AdminsGranted => (admins_granted(plan), totals.admins),
            Self::RowsTouched => (
                plan.changes.iter().filter(|change| change.row.is_some()).count() as u64,
                totals.records,
            ),
        }
    }

    fn described(self, count: u64, of: u64) -> String {
        match self {
            Self::Deactivations => format!("deactivate {count} of {of} active users"),
            Self::ManagersCleared => format!("clear the manager of {count} of the {of} users who have one"),
            Self::GroupsCreated => format!("create {count} groups beside the {of} there are"),
            Self::AdminsGranted => format!("make {count} users admins beside the {of} there are"),
            Self::RowsTouched => format!("change or create users in {count} of {of} rows"),
        }
    }
}

fn admins_granted(plan: &Plan) -> u64 {
    let edits = plan.changes.iter().flat_map(|change| change.edits.refs());
    edits
        .filter(|edit| *edit.field == Target::IsAdmin && edit.after.is_true())
        .count() as u64
}

impl Limits {
    /// The limit of a kind.
    pub fn of(&self, kind: LimitKind) -> Option<Limit> {
        match kind {
            LimitKind::Deactivations => self.deactivations,
            LimitKind::ManagersCleared => self.managers_cleared,
            LimitKind::GroupsCreated => self.groups_created,
            LimitKind::AdminsGranted => self.admins_granted,
            LimitKind::RowsTouched => self.rows_touched,
        }
    }

    /// Sets or lifts the limit of a kind.
    pub fn set(&mut self, kind: LimitKind, limit: Option<Limit>) {
        let place = match kind {
            LimitKind::Deactivations => &mut self.deactivations,
            LimitKind::ManagersCleared => &mut self.managers_cleared,
            LimitKind::GroupsCreated => &mut self.groups_created,
            LimitKind::AdminsGranted => &mut self.admins_granted,
            LimitKind::RowsTouched => &mut self.rows_touched,
        };
        *place = limit;
    }

    /// What is wrong with the document, in words; a limit that limits nothing is a mistake too.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for kind in LimitKind::ALL {
            match self.of(kind) {
                Some(Limit {
                    percent: Some(percent), ..
                }) if percent > 100 => {
                    faults.push(format!(
                        "The limit {} has {percent} percent; write 0 to 100.",
                        kind.as_str()
                    ));
                }
                Some(Limit {
                    percent: None,
                    count: None,
                }) => faults.push(format!(
                    "The limit {} has neither \"percent\" nor \"count\"; write one of them, or null for no limit.",
                    kind.as_str()
                )),
                _ => {}
            }
        }
        faults
    }

    /// The limits that a plan crosses. A full snapshot is never without a limit of deactivations.
    // "then users that are missing are deactivated, never admins, always with limits"
    pub fn crossed(&self, plan: &Plan, totals: &Totals, is_snapshot: bool) -> Vec<Crossed> {
        let mut limits = *self;
        if is_snapshot && limits.deactivations.is_none() {
            limits.deactivations = Self::default().deactivations;
        }
        let of_kind = |kind: LimitKind| {
            let limit = limits.of(kind)?;
            let (count, of) = kind.measure(plan, totals);
            let is_small = kind == LimitKind::Deactivations && of <= SMALL_WORKSPACE;
            let by_percent = limit
                .percent
                .filter(|_| !is_small)
                .map(|percent| (of.saturating_mul(u64::from(percent)) / 100, format!("{percent} %")));
            let by_count = limit.count.map(|count| (count, count.to_string()));
            let (allowed, said) = [by_percent, by_count]
                .into_iter()
                .flatten()
                .min_by_key(|(allowed, _)| *allowed)?;
            (count > allowed).then(|| Crossed {
                limit: kind.as_str().to_owned(),
                count,
                of,
                allowed,
                message: format!(
                    "This would {}; the limit is {said}{}.",
                    kind.described(count, of),
                    if said.ends_with('%') {
                        format!(", {allowed} here")
                    } else {
                        String::new()
                    }
                ),
                hint: "Nothing was applied. A person can look at the plan and allow or reject the upload in the \
                       Data Explorer."
                    .to_owned(),
            })
        };
        LimitKind::ALL.into_iter().filter_map(of_kind).collect()
    }

    /// Whether the plan does anything that these limits speak of; if not, nobody needs to count [`Totals`].
    pub fn concern(&self, plan: &Plan, is_snapshot: bool) -> bool {
        LimitKind::ALL.into_iter().any(|kind| {
            let is_limited = self.of(kind).is_some() || (is_snapshot && kind == LimitKind::Deactivations);
            is_limited && kind.measure(plan, &Totals::default()).0 > 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Change, ChangeKind, Edit, Value};

    fn deactivating(count: usize) -> Plan {
        let change = |at: usize| Change {
            row: Some(at as u64 + 1),
            email: format!("{at}@a.co"),
            kind: ChangeKind::Deactivated,
            edits: vec![Edit {
                field: Target::IsActive,
                before: Value::Bool(true),
                after: Value::Bool(false),
                reason: None,
            }]
            .into(),
            user_id: Some(at.to_string()),
        };
        Plan::new((0..count).map(change).collect(), Vec::new(), 0)
    }

    fn crossed(limits: &Limits, count: usize, active_users: u64, is_snapshot: bool) -> usize {
        let totals = Totals {
            active_users,
            records: count as u64,
            ..Totals::default()
        };
        limits.crossed(&deactivating(count), &totals, is_snapshot).len()
    }

    #[test]
    fn a_fifth_may_leave_and_one_more_may_not() {
        let limits = Limits::default();
        assert_eq!(crossed(&limits, 40, 200, false), 0);
        assert_eq!(crossed(&limits, 41, 200, false), 1);
        assert_eq!(crossed(&limits, 20, 101, false), 0);
        assert_eq!(crossed(&limits, 21, 101, false), 1);
        assert_eq!(crossed(&limits, 100, 100, false), 0);
    }

    #[test]
    fn a_snapshot_keeps_its_limit() {
        let mut limits = Limits::default();
        limits.set(LimitKind::Deactivations, None);
        assert_eq!(crossed(&limits, 41, 200, false), 0);
        assert_eq!(crossed(&limits, 41, 200, true), 1);
    }

    #[test]
    fn the_lower_bound_counts() {
        let mut limits = Limits::default();
        limits.set(
            LimitKind::Deactivations,
            Some(Limit {
                percent: Some(50),
                count: Some(3),
            }),
        );
        assert_eq!(crossed(&limits, 3, 200, false), 0);
        assert_eq!(crossed(&limits, 4, 200, false), 1);
        assert_eq!(
            crossed(&limits, 4, 10, false),
            1,
            "a count holds in small workspaces too"
        );
        limits.set(
            LimitKind::RowsTouched,
            Some(Limit {
                percent: Some(0),
                count: None,
            }),
        );
        assert_eq!(crossed(&limits, 4, 10, false), 2);
        assert_eq!(limits.faults(), Vec::<String>::new());
    }
}
