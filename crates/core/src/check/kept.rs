//! What stays of a body that is checked piece by piece: the texts that records are held against each other by.
//!
//! Addresses, usernames, managers, IDs, aliases and groups stay; a username that is the user's own address only as that
//! address. What several records say is in the side text already, which stays as it is.

use crate::field::{Kind, Target};
use crate::index::Hash;
use crate::mapping::Mapping;
use crate::record::{Cell, Code, Column, Places};

use super::Reading;

/// Whether checking all rows or deciding without a directory asks for a field.
fn is_kept(target: &Target) -> bool {
    matches!(
        target.field().kind,
        Kind::Email | Kind::Username | Kind::Manager | Kind::IntegrationId
    ) || matches!(
        target,
        Target::Aliases | Target::IsActive | Target::Role | Target::GroupMembership(_) | Target::GroupManager(_)
    )
}

/// One field of all records so far.
struct Field {
    /// Which one.
    index: usize,
    is_username: bool,
    column: Column,
    /// The codes that entries of the pieces' lists have here.
    entries: Vec<Code>,
}

/// What is kept so far.
pub(super) struct Kept {
    text: String,
    places: Places,
    /// The address first, then those that are kept.
    fields: Vec<Field>,
    /// Of the addresses.
    hashes: Vec<Hash>,
}

/// How many codes are moved at a time.
const TOGETHER: usize = 1024;

impl Kept {
    /// Nothing yet.
    pub(super) fn new(mapping: &Mapping) -> Self {
        let fields = mapping.fields.iter().enumerate();
        let fields = fields.filter(|(_, api)| is_kept(&api.target)).map(|(index, api)| {
            let kind = api.target.field().kind;
            Field {
                index,
                is_username: kind == Kind::Username,
                column: match kind {
                    Kind::Email | Kind::Username | Kind::IntegrationId | Kind::List => Column::of_own(0),
                    _ => Column::of_repeated(0),
                },
                entries: Vec::new(),
            }
        });
        let mut fields: Vec<Field> = fields.collect();
        fields.sort_by_key(|field| mapping.fields[field.index].target != Target::Email);
        Self {
            text: String::new(),
            places: Places::default(),
            fields,
            hashes: Vec::new(),
        }
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether texts are kept where those of the side text are looked for.
    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= Cell::SIDE
    }

    /// Makes room for so many times as much as there is: memory that isn't used is only promised.
    pub(super) fn expect(&mut self, times: u64) {
        let more = |now: usize| (now as u64).saturating_mul(times + times / 32) as usize;
        let records = more(self.len());
        let _ = self.text.try_reserve_exact(more(self.text.len()));
        let _ = self.hashes.try_reserve_exact(records);
        self.places.reserve(records);
        for field in &mut self.fields {
            field.column.reserve(records);
        }
    }

    /// Takes the records of a piece that begins at this byte of the body's text.
    pub(super) fn add(&mut self, piece: &str, begin: u32, reading: &mut Reading<'_>) {
        let places = std::mem::take(&mut reading.places);
        let cells = &mut reading.cells;
        let Self {
            text,
            places: all,
            fields,
            hashes,
        } = self;
        for field in &mut *fields {
            let entries = cells.cells[field.index].entries();
            for cell in &entries[field.entries.len()..] {
                let moved = match cell.range() {
                    Some(range) if range.start < Cell::SIDE => append(text, piece.get(range).unwrap_or_default()),
                    _ => *cell,
                };
                let code = field.column.keep(moved);
                field.entries.push(code);
            }
        }
        if let Some(email) = fields.first() {
            hashes.append(&mut cells.hashes[email.index]);
        }
        let (mut with_texts, without): (Vec<&mut Field>, Vec<&mut Field>) =
            fields.iter_mut().partition(|field| cells.cells[field.index].has_near());
        for field in without {
            let column = &cells.cells[field.index];
            let mut codes = [Code::ABSENT; TOGETHER];
            for first in (0..column.len()).step_by(TOGETHER) {
                let codes = &mut codes[..TOGETHER.min(column.len() - first)];
                column.read(first, codes);
                for code in &mut *codes {
                    *code = kept_code(&field.entries, *code);
                }
                field.column.extend(codes);
            }
        }
        for (record, start) in places.starts().iter().enumerate() {
            let begin = text.len();
            all.starts_at(begin as u32);
            // the address, and what it is here
            let mut address = ("", Code::ABSENT);
            for field in &mut with_texts {
                let column = &cells.cells[field.index];
                let code = column.code(record).unwrap_or(Code::ABSENT);
                if !code.is_near() {
                    field.column.push(kept_code(&field.entries, code));
                    continue;
                }
                let range = column.cell_of(code, *start).range();
                let said = range.and_then(|range| piece.get(range)).unwrap_or_default();
                let code = if field.is_username && said == address.0 {
                    address.1
                } else {
                    let cell = append(text, said);
                    field.column.keep_near(cell, begin, usize::MAX)
                };
                if address.0.is_empty() {
                    address = (said, code);
                }
                field.column.push(code);
            }
        }
        all.join_moved(&places, begin);
        for more in &mut cells.hashes {
            // the others are hashed when they are looked for
            more.clear();
        }
        for column in &mut cells.cells {
            column.forget_codes();
        }
    }

    /// Hands everything to the reading; returns the text that its cells are of.
    pub(super) fn finish(self, reading: &mut Reading<'_>) -> String {
        let body = self.text.len();
        reading.places = self.places;
        for (column, hashes) in reading.cells.cells.iter_mut().zip(&mut reading.cells.hashes) {
            *column = Column::of_own(0);
            *hashes = Vec::new();
        }
        if let Some(email) = self.fields.first() {
            reading.cells.hashes[email.index] = self.hashes;
        }
        for mut field in self.fields {
            field.column.move_side(body);
            reading.cells.cells[field.index] = field.column;
        }
        self.text
    }
}

/// The code that is kept for one that is no slice near its record.
fn kept_code(entries: &[Code], code: Code) -> Code {
    match code.entry() {
        Some(entry) => entries.get(entry).copied().unwrap_or(Code::ABSENT),
        None => code,
    }
}

/// Puts a text behind the others.
fn append(text: &mut String, said: &str) -> Cell {
    text.push_str(said);
    Cell::slice(text.len() - said.len(), said.len())
}
