//! Entries of the audit that tell of users whom one body created, a thousand in one row.
//!
//! A row of its own for each costs more than the user: `audit` and `audit_blocks` are one list in two tables, and only
//! `audit` reads this one. An entry's id is kept as its distance from the one before it, a user's id not at all,
//! because the ids of new users count up.

use passmuster_core::plan::{Change, ChangeKind};

use super::{Row, StoreError, Stored, Tx};
use crate::apply::Origin;
use crate::clock::Ids;
use pack::{Packed, Reader};

mod pack;

/// Entries in a block, at most.
pub(crate) const ENTRIES: usize = 1000;

/// Entries to be written.
#[derive(Debug, Default)]
pub(crate) struct Block<'a> {
    /// Of the first and the last entry.
    ends: Option<(Ids, Ids)>,
    users: Option<(&'a str, &'a str)>,
    rows: (u64, u64),
    len: usize,
    packed: Packed,
}

impl<'a> Block<'a> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds the entry of the last of `ids`; the user's id is the one behind that of the entry added before.
    pub(crate) fn add(&mut self, ids: &Ids, user_id: &'a str, change: &'a Change) -> Stored<()> {
        let row = change.row.unwrap_or_default();
        let steps = match &self.ends {
            Some((_, last)) => ids.steps_from(last),
            None => 0,
        };
        self.packed.add(steps, change)?;
        let first = self.ends.take().map_or_else(|| ids.clone(), |(first, _)| first);
        self.ends = Some((first, ids.clone()));
        self.users = Some((self.users.map_or(user_id, |(first, _)| first), user_id));
        self.rows = match self.len {
            0 => (row, row),
            _ => (self.rows.0.min(row), self.rows.1.max(row)),
        };
        self.len += 1;
        Ok(())
    }
}

pub(crate) async fn write(tx: &mut Tx, workspace: &str, origin: Origin<'_>, now: i64, block: &Block<'_>) -> Stored<()> {
    let (Some((first, last)), Some((first_user, last_user))) = (&block.ends, block.users) else {
        return Ok(());
    };
    let sql = "INSERT INTO audit_blocks (workspace_id, first_id, last_id, at, actor, via, upload_id, action, \
               first_user_id, last_user_id, first_row, last_row, entries) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let entries = block.packed.compressed();
    let values = [
        workspace.into(),
        first.last().into(),
        last.last().into(),
        now.into(),
        origin.actor.into(),
        origin.via.into(),
        origin.upload_id.into(),
        super::audit::action(ChangeKind::Created).into(),
        first_user.into(),
        last_user.into(),
        block.rows.0.into(),
        block.rows.1.into(),
        entries.as_slice().into(),
    ];
    tx.put(sql, &values).await
}

/// A block as it is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) first_id: String,
    /// Microseconds since 1970.
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) via: String,
    pub(super) upload_id: Option<String>,
    pub(super) action: String,
    first_user_id: String,
    entries: Vec<u8>,
}

/// An entry of a block.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    /// What happened; the user's id included.
    pub(super) change: Change,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT first_id, at, actor, via, upload_id, action, first_user_id, entries FROM audit_blocks \
             WHERE workspace_id = $1 ",
            $rest
        )
    };
}
pub(super) use select;

pub(super) fn read(row: &Row<'_>) -> Stored<Kept> {
    Ok(Kept {
        first_id: row.text(0)?,
        at: row.int(1)?,
        actor: row.text(2)?,
        via: row.text(3)?,
        upload_id: row.text_or_null(4)?,
        action: row.text(5)?,
        first_user_id: row.text(6)?,
        entries: row.bytes(7)?,
    })
}

impl Kept {
    /// Its entries, oldest first, of those addresses that are wanted.
    pub(super) fn entries(&self, wants: impl Fn(&str) -> bool) -> Stored<Vec<Entry>> {
        let (Some(run), Some(users)) = (Ids::at(&self.first_id), Ids::at(&self.first_user_id)) else {
            return Err(damaged());
        };
        let unpacked = lz4_flex::decompress_size_prepended(&self.entries).map_err(|_| damaged())?;
        let mut reader = Reader::new(&unpacked).ok_or_else(damaged)?;
        let mut entries = Vec::new();
        let mut steps = 0;
        let mut at = 0;
        while !reader.is_at_end() {
            let head = reader.head().ok_or_else(damaged)?;
            steps += head.steps;
            let is_wanted = wants(head.email);
            let edits = reader.edits(head.email, is_wanted).ok_or_else(damaged)?;
            if is_wanted {
                entries.push(Entry {
                    id: run.behind(steps),
                    change: Change {
                        row: (head.row > 0).then_some(head.row),
                        email: head.email.to_owned(),
                        kind: ChangeKind::Created,
                        edits: edits.into(),
                        user_id: Some(users.behind(at)),
                    },
                });
            }
            at += 1;
        }
        Ok(entries)
    }

    /// The entry of one of its users.
    pub(super) fn entry_of(&self, user_id: &str) -> Stored<Option<Entry>> {
        let entries = self.entries(|_| true)?;
        Ok(entries
            .into_iter()
            .find(|entry| entry.change.user_id.as_deref() == Some(user_id)))
    }
}

fn damaged() -> StoreError {
    StoreError::Damaged("a block of the audit can't be unpacked".to_owned())
}
