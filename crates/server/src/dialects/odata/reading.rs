//! Reads the feed's rows from the store: whole sets a chunk at a time, and what rows lead to.
//!
//! One transaction sees one directory, so an answer is of one moment. What takes too long is told, not waited for.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::errors::Refusal;
use super::model::{Navigation, Set, TEAM};
use super::options::Needs;
use super::path::Key;
use super::rows::Row;
use crate::App;
use crate::error::Failure;
use crate::store::Tx;
use crate::store::feed::{self, Begin, FedUser};
use crate::store::groups::{self, GroupIds};
use crate::store::workspaces::Workspace;

/// Rows of the store that are read at once.
const CHUNK: u32 = 1000;
/// The same where few are wanted.
const SMALL_CHUNK: u32 = 20;
/// The longest that one answer is worked on.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most rows that an answer leads to, on all levels together.
const RELATED: usize = 200_000;
/// Members of more groups than this are found by looking at everybody once.
const FEW_GROUPS: usize = 16;

/// What reads for one request.
pub(super) struct Reader<'a> {
    pub(super) app: &'a App,
    workspace: &'a Workspace,
    tx: Tx,
    group_ids: GroupIds,
    until: Instant,
    related: usize,
}

impl<'a> Reader<'a> {
    pub(super) async fn new(app: &'a App, workspace: &'a Workspace) -> Result<Self, Failure> {
        let mut tx = app.db.read().await?;
        let (_, group_ids) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
        Ok(Self {
            app,
            workspace,
            tx,
            group_ids,
            until: Instant::now() + PATIENCE,
            related: 0,
        })
    }

    pub(super) fn look_at_clock(&self) -> Result<(), Failure> {
        if Instant::now() < self.until {
            return Ok(());
        }
        let seconds = PATIENCE.as_secs();
        let failure = Failure::unavailable(&format!("The answer took longer than {seconds} seconds to find."));
        Err(failure.with_hint(
            "Filter by id, userId or emailAddress, leave $orderby and $count out, or ask for smaller pages.",
        ))
    }

    /// How many rows a set has, where that is known without reading them.
    pub(super) async fn count(&mut self, set: &Set) -> Result<Option<u64>, Failure> {
        if set.name != "User" {
            return Ok(None);
        }
        Ok(Some(feed::count_users(&mut self.tx, &self.workspace.id).await?))
    }

    fn users(&mut self, users: Vec<FedUser>) -> Vec<Row> {
        users.into_iter().map(Row::user).collect()
    }

    /// The rows of a set that some users have.
    fn of_users(&self, set: &'static Set, users: Vec<Row>) -> Vec<Row> {
        match set.name {
            "Membership" => users.iter().flat_map(|user| self.memberships(user)).collect(),
            "CustomVariable" => users.iter().flat_map(Row::custom_variables).collect(),
            _ => users,
        }
    }

    fn memberships(&self, user: &Row) -> Vec<Row> {
        let member_of = user
            .ties
            .as_ref()
            .map(|ties| ties.member_of.as_slice())
            .unwrap_or_default();
        let rows = member_of.iter().filter_map(|names| {
            let id = self.group_ids.group(&names.0, &names.1)?;
            Some(Row::membership(user, id, names))
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by(|a, b| a.text("groupId").cmp(b.text("groupId")));
        rows
    }

    /// Reads what some rows of one set lead to, as far as it is needed and was not read yet.
    pub(super) fn attach<'r>(
        &'r mut self,
        mut rows: Vec<&'r mut Row>,
        needs: &'r Needs,
    ) -> BoxFuture<'r, Result<(), Failure>> {
        Box::pin(async move {
            for (name, needs_of_it) in &needs.0 {
                let Some(navigation) = rows.first().and_then(|row| row.set.navigation(name)) else {
                    continue;
                };
                if rows.iter().any(|row| !row.related.contains_key(name)) {
                    self.look_at_clock()?;
                    let mut found = self.lead(&rows, navigation).await?;
                    for (at, row) in rows.iter_mut().enumerate() {
                        row.related
                            .insert(navigation.name, found.remove(&at).unwrap_or_default());
                    }
                }
                let mut next: Vec<&mut Row> = rows
                    .iter_mut()
                    .flat_map(|row| row.related.get_mut(name))
                    .flatten()
                    .collect();
                self.attach(std::mem::take(&mut next), needs_of_it).await?;
            }
            Ok(())
        })
    }

    /// Where rows of one set lead by a navigation property: for each row, by its place.
    async fn lead(
        &mut self,
        rows: &[&mut Row],
        navigation: &'static Navigation,
    ) -> Result<HashMap<usize, Vec<Row>>, Failure> {
        let mut found: HashMap<usize, Vec<Row>> = HashMap::new();
        if let Some(by) = navigation.by {
            let ids = distinct(rows.iter().map(|row| row.text(by)));
            let others = self.of_ids(navigation.target(), &ids).await?;
            let others: HashMap<&str, &Row> = others.iter().map(|row| (row.text("id"), row)).collect();
            for (at, row) in rows.iter().enumerate() {
                if let Some(other) = others.get(row.text(by)) {
                    found.insert(at, vec![(*other).clone()]);
                }
            }
        } else {
            match (navigation.name, navigation.to) {
                ("memberships", _) => found.extend(rows.iter().map(|row| self.memberships(row)).enumerate()),
                ("customVariables", _) => found.extend(rows.iter().map(|row| Row::custom_variables(row)).enumerate()),
                ("directReports", _) => found = self.reports(rows).await?,
                ("members", _) => found = self.members(rows).await?,
                ("managers", _) => found = self.managers(rows).await?,
                _ => found = self.groups_of(rows, navigation).await?,
            }
        }
        self.related += found.values().map(Vec::len).sum::<usize>();
        if self.related > RELATED {
            let message = format!("{:?} leads to more than {RELATED} rows.", navigation.name);
            return Err(Refusal::bad(message, "Ask for smaller pages with $top, or read that set by itself.").into());
        }
        Ok(found)
    }

    /// Groups that users are members of or manage.
    async fn groups_of(
        &mut self,
        rows: &[&mut Row],
        navigation: &'static Navigation,
    ) -> Result<HashMap<usize, Vec<Row>>, Failure> {
        let names = |row: &Row| -> Vec<(String, String)> {
            let Some(ties) = &row.ties else { return Vec::new() };
            let names = if navigation.name == "managedGroups" {
                &ties.manages
            } else {
                &ties.member_of
            };
            let is_shown = |(group_type, _): &&(String, String)| navigation.to != TEAM || group_type == TEAM;
            names.iter().filter(is_shown).cloned().collect()
        };
        let ids: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let names = names(row);
                let ids = names
                    .iter()
                    .filter_map(|(of, name)| self.group_ids.group(of, name).map(str::to_owned));
                distinct(ids.collect::<Vec<_>>().iter().map(String::as_str))
            })
            .collect();
        let all = distinct(ids.iter().flatten().map(String::as_str));
        let groups = self.of_ids(navigation.target(), &all).await?;
        let groups: HashMap<&str, &Row> = groups.iter().map(|row| (row.text("id"), row)).collect();
        let of_row = |ids: &Vec<String>| -> Vec<Row> {
            ids.iter()
                .filter_map(|id| groups.get(id.as_str()))
                .map(|row| (*row).clone())
                .collect()
        };
        Ok(ids.iter().map(of_row).enumerate().collect())
    }

    async fn reports(&mut self, rows: &[&mut Row]) -> Result<HashMap<usize, Vec<Row>>, Failure> {
        let places = places(rows);
        let ids = distinct(rows.iter().map(|row| row.text("id")));
        let reports = feed::reports_of(&mut self.tx, &self.workspace.id, &ids).await?;
        let mut found: HashMap<usize, Vec<Row>> = HashMap::new();
        for report in self.users(reports) {
            for &at in places.get(report.text("managerId")).into_iter().flatten() {
                found.entry(at).or_default().push(report.clone());
            }
        }
        Ok(found)
    }

    async fn members(&mut self, rows: &[&mut Row]) -> Result<HashMap<usize, Vec<Row>>, Failure> {
        let mut places: HashMap<(String, String), Vec<usize>> = HashMap::new();
        let mut numbers = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let (group_type, name) = (row.text("groupType"), row.text("name"));
            numbers.extend(self.group_ids.number(group_type, name));
            places
                .entry((group_type.to_owned(), name.to_owned()))
                .or_default()
                .push(at);
        }
        let mut found: HashMap<usize, Vec<Row>> = HashMap::new();
        let mut add = |users: Vec<Row>| {
            for user in users {
                let member_of = user
                    .ties
                    .as_ref()
                    .map(|ties| ties.member_of.as_slice())
                    .unwrap_or_default();
                for &at in member_of.iter().filter_map(|names| places.get(names)).flatten() {
                    found.entry(at).or_default().push(user.clone());
                }
            }
            found.values().map(Vec::len).sum::<usize>() > RELATED
        };
        if numbers.len() <= FEW_GROUPS {
            let users = feed::members_of(&mut self.tx, &self.workspace.id, &numbers).await?;
            add(self.users(users));
            return Ok(found);
        }
        let mut scan = Scan::all(super::model::set("User").unwrap_or(rows[0].set));
        while let Some(users) = scan.next(self).await? {
            if add(users) {
                break;
            }
        }
        Ok(found)
    }

    async fn managers(&mut self, rows: &[&mut Row]) -> Result<HashMap<usize, Vec<Row>>, Failure> {
        let places = places(rows);
        let ids = distinct(rows.iter().map(|row| row.text("id")));
        let managers = feed::managers_of(&mut self.tx, &self.workspace.id, &ids).await?;
        let users = distinct(managers.iter().map(|(_, user)| user.as_str()));
        let users = feed::users_of_ids(&mut self.tx, &self.workspace.id, &users).await?;
        let users = self.users(users);
        let users: HashMap<&str, &Row> = users.iter().map(|row| (row.text("id"), row)).collect();
        let mut found: HashMap<usize, Vec<Row>> = HashMap::new();
        for (group, user) in &managers {
            for &at in places.get(group.as_str()).into_iter().flatten() {
                found
                    .entry(at)
                    .or_default()
                    .extend(users.get(user.as_str()).map(|row| (*row).clone()));
            }
        }
        Ok(found)
    }

    /// The rows of a set whose first key property is one of some ids.
    async fn of_ids(&mut self, set: &'static Set, ids: &[String]) -> Result<Vec<Row>, Failure> {
        let workspace = &self.workspace.id;
        let rows = match set.name {
            "Team" | "Group" => {
                let groups = feed::groups_of_ids(&mut self.tx, workspace, ids).await?;
                let is_shown = |group: &feed::FedGroup| set.name != TEAM || group.group_type == TEAM;
                groups
                    .into_iter()
                    .filter(is_shown)
                    .map(|group| Row::group(set.name, group))
                    .collect()
            }
            "Upload" => {
                let uploads = feed::uploads_of_ids(&mut self.tx, workspace, ids).await?;
                uploads.into_iter().map(Row::upload).collect()
            }
            _ => {
                let users = feed::users_of_ids(&mut self.tx, workspace, ids).await?;
                let users = self.users(users);
                self.of_users(set, users)
            }
        };
        Ok(rows)
    }

    /// The row of a key.
    pub(super) async fn find(&mut self, set: &'static Set, key: &Key) -> Result<Option<Row>, Failure> {
        let rows = self.of_ids(set, &[key.first().to_owned()]).await?;
        Ok(rows.into_iter().find(|row| key.is_of(row)))
    }
}

/// Goes through a set in the order of its key.
#[derive(Debug)]
pub(super) struct Scan {
    set: &'static Set,
    way: Way,
    /// Rows of the store that are read at once.
    chunk: u32,
}

#[derive(Debug)]
enum Way {
    /// From an id on, which is left out when it was there already.
    On {
        id: String,
        is_behind: bool,
    },
    Keys(Vec<String>),
    Emails(Vec<String>),
    Ended,
}

impl Scan {
    pub(super) fn all(set: &'static Set) -> Self {
        Self::from(set, String::new(), u64::MAX)
    }

    /// From a row with this first key on, in chunks of about so many rows, within bounds.
    pub(super) fn from(set: &'static Set, id: String, chunk: u64) -> Self {
        let chunk = u32::try_from(chunk).unwrap_or(CHUNK).clamp(SMALL_CHUNK, CHUNK);
        let way = Way::On { id, is_behind: false };
        Self { set, way, chunk }
    }

    /// Only rows with these first keys.
    pub(super) fn of_keys(set: &'static Set, mut keys: Vec<String>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        let way = Way::Keys(keys);
        Self { set, way, chunk: CHUNK }
    }

    /// Only users with these keys of addresses.
    pub(super) fn of_emails(set: &'static Set, mut emails: Vec<String>) -> Self {
        emails.sort_unstable();
        emails.dedup();
        let way = Way::Emails(emails);
        Self { set, way, chunk: CHUNK }
    }

    /// The next rows; `None` at the end.
    pub(super) async fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Vec<Row>>, Failure> {
        reader.look_at_clock()?;
        match std::mem::replace(&mut self.way, Way::Ended) {
            Way::Ended => Ok(None),
            Way::Keys(keys) => {
                let mut rows = reader.of_ids(self.set, &keys).await?;
                rows.sort_by(|a, b| super::rows::compare(&a.key(), &b.key()));
                Ok(Some(rows))
            }
            Way::Emails(emails) => {
                let users = feed::users_of_emails(&mut reader.tx, &reader.workspace.id, &emails).await?;
                let mut rows = reader.users(users);
                rows.sort_by(|a, b| a.text("id").cmp(b.text("id")));
                Ok(Some(rows))
            }
            Way::On { id, is_behind } => self.go_on(reader, &id, is_behind).await,
        }
    }

    async fn go_on(&mut self, reader: &mut Reader<'_>, id: &str, is_behind: bool) -> Result<Option<Vec<Row>>, Failure> {
        let from = if is_behind { Begin::Behind(id) } else { Begin::At(id) };
        let (tx, workspace) = (&mut reader.tx, &reader.workspace.id);
        let (rows, last) = match self.set.name {
            "Team" | "Group" => {
                let of_type = if self.set.name == TEAM { TEAM } else { "" };
                let groups = feed::groups(tx, workspace, of_type, from, self.chunk).await?;
                let rows: Vec<Row> = groups
                    .into_iter()
                    .map(|group| Row::group(self.set.name, group))
                    .collect();
                let last = rows.last().map(|row| row.text("id").to_owned());
                (rows, last)
            }
            "Upload" => {
                let uploads = feed::uploads(tx, workspace, from, self.chunk).await?;
                let rows: Vec<Row> = uploads.into_iter().map(Row::upload).collect();
                let last = rows.last().map(|row| row.text("id").to_owned());
                (rows, last)
            }
            _ => {
                let users = feed::users(tx, workspace, from, self.chunk).await?;
                let users = reader.users(users);
                let last = users.last().map(|row| row.text("id").to_owned());
                (reader.of_users(self.set, users), last)
            }
        };
        let Some(id) = last else { return Ok(None) };
        self.way = Way::On { id, is_behind: true };
        Ok(Some(rows))
    }
}

/// Each text once, without blank ones; sorted.
fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut texts: Vec<String> = texts.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The places of rows, by their ids.
fn places(rows: &[&mut Row]) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        places.entry(row.text("id").to_owned()).or_default().push(at);
    }
    places
}
