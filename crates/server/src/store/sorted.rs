//! Pages of users in another order than by address, such as by name.
//!
//! No index holds these orders: one by name alone takes new users over a third longer to store. A page reads
//! everybody whom the filter means once, in the order in which they lie, and keeps the first ones. By address an
//! index leads, in both directions.

use passmuster_core::user::email_key;
use passmuster_core::wire::people::{Order, UserFilter, UserSort};
use serde::{Deserialize, Serialize};

use super::listing::{self, Asked, Page, Place, meant};
use super::users::{COLUMNS, UserRow, columns, complete, read_row};
use super::{Stored, Tx};

/// Behind every address.
const END: &str = "\u{10ffff}";

/// What a user is sorted by: `$15` names it, `$16` is what takes the place of no username.
macro_rules! sorted_by {
    () => {
        "(CASE $15 WHEN 'name' THEN lower(u.first_name || ' ' || u.last_name) \
         WHEN 'username' THEN CASE WHEN u.username IS NULL THEN $16 ELSE '1' || lower(u.username) END \
         WHEN 'status' THEN CASE u.is_active WHEN 1 THEN 'a' ELSE 'd' END \
         ELSE CAST(u.updated_at AS TEXT) END)"
    };
}

/// The users behind a place: in which direction what they are sorted by goes on, and in which the address among equals.
macro_rules! behind {
    ($manager:literal, $key:literal, $way:literal, $among:literal, $among_way:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", ",
            sorted_by!(),
            meant!($manager),
            " AND (CAST($14 AS BIGINT) = 0 OR ",
            sorted_by!(),
            $key,
            "$12 OR (",
            sorted_by!(),
            " = $12 AND u.email_key",
            $among,
            "$17)) ORDER BY ",
            sorted_by!(),
            $way,
            ", u.email_key",
            $among_way,
            " LIMIT $13"
        )
    };
}

/// The reports of one manager, whom an index finds, or everybody in the order in which they lie.
macro_rules! either {
    ($name:ident, $($way:literal),+) => {
        fn $name(has_manager: bool) -> &'static str {
            if has_manager {
                behind!("u.manager_id = $4", $($way),+)
            } else {
                behind!("$4 = '' AND u.id > ''", $($way),+)
            }
        }
    };
}

either!(rising_on, " > ", "", " > ", "");
either!(rising_back, " < ", " DESC", " < ", " DESC");
either!(falling_on, " < ", " DESC", " > ", "");
either!(falling_back, " > ", "", " < ", " DESC");

/// Where in an order a page begins or ends: what its user is sorted by, and the address's key.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Mark(String, String);

/// One page of the users whom a filter finds, in an order; `None` where the place is none of this order.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: &str,
    (filter, order): (&UserFilter, Order),
    place: Place<'_>,
    limit: u32,
) -> Stored<Option<Page>> {
    match order.by {
        UserSort::Email if order.falls => return from_the_end(tx, workspace, filter, place, limit).await.map(Some),
        UserSort::Email => return listing::page(tx, workspace, filter, place, limit).await.map(Some),
        // Then there is but one.
        UserSort::Status if filter.status.is_some() => {
            return listing::page(tx, workspace, filter, place, limit).await.map(Some);
        }
        _ => {}
    }
    let Some(asked) = Asked::find(tx, workspace, filter).await? else {
        return Ok(Some(Page::default()));
    };
    let (text, goes_on) = match place {
        Place::After(text) => (text, true),
        Place::Before(text) => (text, false),
    };
    let is_begin = text.is_empty();
    let mark: Mark = match serde_json::from_str(text) {
        _ if is_begin => Mark::default(),
        Ok(mark) => mark,
        Err(_) => return Ok(None),
    };
    let has_manager = !asked.manager.is_empty();
    let sql = match (order.falls, goes_on) {
        (false, true) => rising_on(has_manager),
        (false, false) => rising_back(has_manager),
        (true, true) => falling_on(has_manager),
        (true, false) => falling_back(has_manager),
    };
    let nobody = if order.falls { "0" } else { "2" };
    let mut values = asked.values(workspace);
    values.extend([
        (&mark.0).into(),
        i64::from(limit + 1).into(),
        i64::from(!is_begin).into(),
        order.by.as_str().into(),
        nobody.into(),
        (&mark.1).into(),
    ]);
    let mut rows = tx
        .rows(sql, &values, |row| Ok((read_row(row)?, row.text(COLUMNS)?)))
        .await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    if !goes_on {
        rows.reverse();
    }
    let mark = |row: Option<&(UserRow, String)>| {
        row.map(|(row, key)| super::to_json(&Mark(key.clone(), email_key(&row.user.email))))
            .transpose()
    };
    let next = mark(rows.last().filter(|_| has_more || !goes_on))?;
    let previous = mark(rows.first().filter(|_| if goes_on { !is_begin } else { has_more }))?;
    let rows = rows.into_iter().map(|(row, _)| row).collect();
    Ok(Some(Page {
        users: complete(tx, workspace, rows).await?,
        next,
        previous,
    }))
}

/// By address from the end.
async fn from_the_end(tx: &mut Tx, workspace: &str, filter: &UserFilter, place: Place<'_>, limit: u32) -> Stored<Page> {
    let (turned, is_begin) = match place {
        Place::After("") => (Place::Before(END), true),
        Place::After(key) => (Place::Before(key), false),
        Place::Before(key) => (Place::After(key), false),
    };
    let mut page = listing::page(tx, workspace, filter, turned, limit).await?;
    page.users.reverse();
    Ok(Page {
        next: page.previous,
        previous: page.next.filter(|_| !is_begin),
        users: page.users,
    })
}
