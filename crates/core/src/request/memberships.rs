//! Memberships: which groups users are members of, told by their username.
//!
//! In long rows (`username`, `group_type`, `group_name`) or wide ones, with a column for each group type. However many
//! rows speak of a user, they become one record.
// seed: User Provisioning API, "Create Group Type and Groups / Assign Group Membership", "Revoke Group Membership"

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::field::Target;
use crate::plan::Directory;
use crate::problem::Problem;
use crate::rules::{membership_conflict, missing_value, not_a_member, unknown_group_type, unknown_user};
use crate::user::User;
use crate::value::CLEAR;

use super::{ACCOUNT_COLUMNS, ByUsername, Heard, Row, Rows, Said, SaidField, problem};

/// The most group types that one request makes: more are columns that were meant for something else.
const MOST_NEW_TYPES: usize = 20;

/// What is to happen to the memberships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// They are set; group types and groups that aren't there are made.
    Join,
    /// They are taken away, from whoever has them.
    Leave,
}

/// A membership that a row names.
struct Named<'r> {
    group_type: &'r str,
    /// Blank: whichever group it is.
    group: &'r str,
    /// The column that holds the group.
    column: &'r str,
}

/// What was said of one user so far: by group type the group, its column, and its row.
struct Gathered<'d, 'r> {
    user: &'d User,
    first: (u64, u64),
    groups: BTreeMap<&'r str, (&'r str, &'r str, u64)>,
}

/// Understands rows of memberships. `directory` holds the users whom they name and every group type.
pub fn memberships<'d>(rows: &Rows, act: Act, directory: &'d Directory) -> Heard<'d> {
    let known = ByUsername::new(&directory.users);
    let types: HashSet<&str> = directory.group_types.iter().map(|known| known.name.as_str()).collect();
    let mut heard = Heard::default();
    let mut new_types: Vec<&str> = Vec::new();
    let mut order: Vec<Gathered<'d, '_>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in &rows.rows {
        let user = match user_of(rows, row, &known) {
            Ok(user) => user,
            Err(problem) => {
                heard.problems.push(*problem);
                continue;
            }
        };
        let here = (row.row, row.line);
        let named = match named(rows, row, act) {
            Ok(named) => named,
            Err(problem) => {
                heard.problems.push(*problem);
                continue;
            }
        };
        let at = *places.entry(&user.id).or_insert_with(|| {
            order.push(Gathered {
                user,
                first: here,
                groups: BTreeMap::new(),
            });
            order.len() - 1
        });
        for Named {
            group_type,
            group,
            column,
        } in named
        {
            if !types.contains(group_type) && !new_types.contains(&group_type) {
                if act == Act::Leave || new_types.len() == MOST_NEW_TYPES {
                    let words = unknown_group_type::words(group_type);
                    let column = if rows.has("group_type") { "group_type" } else { column };
                    heard
                        .problems
                        .push(problem(&unknown_group_type::RULE, here, column, group_type, words));
                    continue;
                }
                new_types.push(group_type);
            }
            let now = user.groups.get(group_type).map(String::as_str);
            if act == Act::Leave && !group.is_empty() && now.is_some_and(|now| now != group) {
                let words = not_a_member::words(group, now.unwrap_or_default(), group_type);
                heard
                    .problems
                    .push(problem(&not_a_member::RULE, here, column, group, words));
                continue;
            }
            let before = order[at].groups.insert(group_type, (group, column, row.row));
            if let Some((other, _, other_row)) = before.filter(|(other, ..)| *other != group) {
                let words = membership_conflict::words(group_type, other, other_row);
                heard
                    .problems
                    .push(problem(&membership_conflict::RULE, here, column, group, words));
            }
        }
    }
    heard.said = order.into_iter().map(|gathered| said(gathered, act)).collect();
    heard.group_types = new_types.into_iter().map(str::to_owned).collect();
    heard
}

fn user_of<'d>(rows: &Rows, row: &Row, known: &ByUsername<'d>) -> Result<&'d User, Box<Problem>> {
    let here = (row.row, row.line);
    let username = rows.cell(row, "username").unwrap_or_default();
    if username.is_empty() {
        let is_absent = rows.cell(row, "username").is_none();
        let words = missing_value::words("The username", is_absent, false, None);
        return Err(Box::new(problem(&missing_value::RULE, here, "username", "", words)));
    }
    let found = known.find(username);
    found.ok_or_else(|| {
        let words = unknown_user::words(username);
        Box::new(problem(&unknown_user::RULE, here, "username", username, words))
    })
}

/// The memberships of a row, long or wide.
fn named<'r>(rows: &'r Rows, row: &'r Row, act: Act) -> Result<Vec<Named<'r>>, Box<Problem>> {
    let here = (row.row, row.line);
    let missing = |label: &str, column: &str| {
        let is_absent = rows.cell(row, column).is_none();
        let words = missing_value::words(label, is_absent, false, None);
        Box::new(problem(&missing_value::RULE, here, column, "", words))
    };
    let (group_type, group) = (rows.cell(row, "group_type"), rows.cell(row, "group_name"));
    if group_type.is_some() || group.is_some() {
        let group_type = group_type.filter(|name| !name.is_empty());
        let group_type = group_type.ok_or_else(|| missing("The group type", "group_type"))?;
        let group = group.unwrap_or_default();
        if act == Act::Join && group.is_empty() {
            return Err(missing("The group's name", "group_name"));
        }
        let column = "group_name";
        return Ok(vec![Named {
            group_type,
            group,
            column,
        }]);
    }
    // What is said of an account is no group type, wherever it is sent.
    let wide = rows.cells(row).filter(|(column, _)| !ACCOUNT_COLUMNS.contains(column));
    // A blank value names no group; to be taken away it need not be named. A blank cell of CSV says nothing.
    let wide = wide.filter(|(_, group)| act == Act::Leave || !group.is_empty());
    let wide: Vec<Named<'r>> = wide
        .map(|(column, group)| Named {
            group_type: column,
            group,
            column,
        })
        .collect();
    let is_said = !wide.is_empty() || rows.has_beside(row, "username");
    if is_said {
        Ok(wide)
    } else {
        Err(missing("The group type", "group_type"))
    }
}

fn said<'d>(gathered: Gathered<'d, '_>, act: Act) -> Said<'d> {
    let fields = gathered.groups.into_iter();
    Said {
        row: gathered.first.0,
        line: gathered.first.1,
        user: Some(gathered.user),
        email: None,
        fields: fields
            .map(|(group_type, (group, column, _))| {
                let text = match act {
                    Act::Join => group,
                    Act::Leave => CLEAR,
                };
                SaidField::new(column, Target::GroupMembership(group_type.to_owned()), text)
            })
            .collect(),
    }
}
