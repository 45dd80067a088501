//! What a person does to users and groups: planned by the server first, then done with the plan's hash.

use passmuster_core::{
    field::Target,
    limits::Crossed,
    plan::{ChangeKind, Plan},
    problem::{Problem, Severity},
    wire::{
        PlanAnswer,
        directory::{UserEdit, WantedGroup},
        people::BulkEdit,
    },
};

use crate::{
    api::{self, Answer},
    text,
};

/// One act.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Act {
    /// A new user.
    Create(Box<UserEdit>),
    /// Another value for the user of this address.
    Edit(String, Box<UserEdit>),
    /// One change for several users.
    Several(Box<BulkEdit>),
    /// A new group.
    CreateGroup(WantedGroup),
    /// Another name for a group.
    RenameGroup(WantedGroup, String),
    /// A group's people go over to another one.
    MergeGroups(WantedGroup, String),
}

/// What the server says that an act would do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighed {
    /// `None`: it can't be done; the problems say why.
    pub(crate) plan: Option<Plan>,
    /// What checking found.
    pub(crate) problems: Vec<Problem>,
    /// Limits that it crosses.
    pub(crate) crossed: Vec<Crossed>,
}

impl Weighed {
    fn of(answer: PlanAnswer) -> Self {
        Self {
            plan: answer.plan,
            problems: answer.report.problems,
            crossed: Vec::new(),
        }
    }

    /// What is wrong, each in a sentence or two, with the key of the record that it is about.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let errors = self
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error);
        errors
            .map(|problem| {
                let column = problem.column.as_ref().map(ToString::to_string).unwrap_or_default();
                (
                    column,
                    format!("{} {}", problem.message, problem.hint).trim().to_owned(),
                )
            })
            .collect()
    }

    /// Warnings in words.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Warning);
        warnings.map(|problem| problem.message.clone()).collect()
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Done {
    /// What was changed.
    pub(crate) plan: Plan,
    /// The address of the one user that it was about, as it is now.
    pub(crate) email: Option<String>,
}

impl Act {
    /// Asks what it would do.
    pub(crate) async fn plan(&self) -> Answer<Weighed> {
        let of_groups = |plan| Weighed {
            plan: Some(plan),
            problems: Vec::new(),
            crossed: Vec::new(),
        };
        Ok(match self {
            Self::Create(edit) => Weighed::of(api::plan_new_user(edit).await?),
            Self::Edit(email, edit) => Weighed::of(api::plan_user(email, edit).await?),
            Self::Several(edit) => {
                let answer = api::plan_several(edit).await?;
                Weighed {
                    plan: answer.plan,
                    problems: answer.report.problems,
                    crossed: answer.crossed,
                }
            }
            Self::CreateGroup(group) => of_groups(api::create_group(group, None).await?.plan),
            Self::RenameGroup(group, name) => of_groups(api::rename_group(group, name, None).await?.plan),
            Self::MergeGroups(group, into) => of_groups(api::merge_groups(group, into, None).await?.plan),
        })
    }

    /// Does it, if that is still the plan of this hash.
    pub(crate) async fn apply(&self, hash: &str) -> Answer<Done> {
        let of_groups = |plan| Done { plan, email: None };
        Ok(match self {
            Self::Create(edit) => {
                let changed = api::new_user(edit, hash).await?;
                Done {
                    plan: changed.plan,
                    email: Some(changed.user.email),
                }
            }
            Self::Edit(email, edit) => {
                let changed = api::edit_user(email, edit, hash).await?;
                Done {
                    plan: changed.plan,
                    email: Some(changed.user.email),
                }
            }
            Self::Several(edit) => {
                let plan = api::edit_several(edit, hash).await?.plan;
                of_groups(plan.unwrap_or_else(|| Plan::new(Vec::new(), Vec::new(), 0)))
            }
            Self::CreateGroup(group) => of_groups(api::create_group(group, Some(hash)).await?.plan),
            Self::RenameGroup(group, name) => of_groups(api::rename_group(group, name, Some(hash)).await?.plan),
            Self::MergeGroups(group, into) => of_groups(api::merge_groups(group, into, Some(hash)).await?.plan),
        })
    }
}

/// Whether a plan is one to look at first: it takes something away, gives rights, or does more than was asked.
pub(crate) fn is_weighty(plan: &Plan) -> bool {
    let counts = &plan.counts;
    let says_more = |field: &Target| matches!(field, Target::Email | Target::IsAdmin | Target::Role);
    let known = plan.changes.iter().filter(|change| change.kind != ChangeKind::Created);
    let mut edits = known.flat_map(|change| change.edits.iter());
    plan.changes_total > 1
        || counts.deactivated + counts.reactivated + counts.rights_removed + counts.rights_granted > 0
        || !plan.groups_created.is_empty()
        || !plan.groups_removed.is_empty()
        || edits.any(|edit| edit.reason.is_some() || says_more(&edit.field))
}

/// What a plan did, in a sentence: `Updated 2 users. Created 1 group.`
pub(crate) fn outcome(plan: &Plan) -> String {
    let counts = &plan.counts;
    let users = [
        ("Created", counts.created),
        ("Updated", counts.updated),
        ("Deactivated", counts.deactivated),
        ("Reactivated", counts.reactivated),
    ];
    let groups = [("Created", counts.groups_created), ("Removed", counts.groups_removed)];
    let sentence = |(verb, count): (&str, u64), one: &str, many: &str| {
        (count > 0).then(|| format!("{verb} {}.", text::count(count, one, many)))
    };
    let users = users.into_iter().filter_map(|part| sentence(part, "user", "users"));
    let groups = groups.into_iter().filter_map(|part| sentence(part, "group", "groups"));
    let sentences: Vec<String> = users.chain(groups).collect();
    if sentences.is_empty() {
        "Nothing had to be changed.".to_owned()
    } else {
        sentences.join(" ")
    }
}

/// Whether somebody loses something by it.
pub(crate) fn is_dangerous(plan: &Plan) -> bool {
    plan.counts.deactivated > 0
        || plan.counts.rights_removed > 0
        || !plan.groups_removed.is_empty()
        || plan.changes.iter().any(|change| change.kind == ChangeKind::Removed)
}
