//! One cell: from its text to its canonical form, by the policies of its field.
//!
//! On the good path a cell costs no allocation: it stays a slice of the body.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::field::{Kind, NAME_CHARACTERS};
use crate::log::{At, Log};
use crate::mapping::{ApiField, FileFormat, Mapping, OnBlank};
use crate::problem::Severity;
use crate::read::{Escapes, Place, RawCell, Source};
use crate::record::Cell;
use crate::rules::{self, Rule, Words};
use crate::value::{self, text::Oddity};

/// The most characters of an integration ID, and of a word of a list.
const ID_CHARACTERS: usize = 255;

/// The cells read so far, in canonical form.
pub struct Cells<'m> {
    fields: Vec<Field<'m>>,
    /// Length of the body: where the side text begins.
    body: usize,
    side: String,
    cells: Vec<Vec<Cell>>,
    /// The address of the row at hand, once it was read and found good.
    address: Option<std::ops::Range<usize>>,
    /// Whether every username so far is the user's own address.
    usernames_are_addresses: bool,
}

struct Field<'m> {
    api: &'m ApiField,
    kind: Kind,
    /// Texts seen before and their canonical forms, for kinds with few different ones.
    forms: Vec<(Box<str>, Canonical)>,
    /// Where in `forms` each text is.
    seen: HashMap<Box<str>, usize>,
    /// Where in `forms` the last text of a certain look is.
    recent: [u32; RECENT],
}

/// How many looks of texts are told apart.
const RECENT: usize = 64;

/// The look of a text: its length and its edges.
fn look(text: &str) -> usize {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    (bytes.len() + 5 * edge(bytes.first()) + 3 * edge(bytes.last())) % RECENT
}

impl Field<'_> {
    /// Whether `<clear>` may stand in its cells.
    fn clearable(&self) -> bool {
        !self.api.target.field().required && self.kind != Kind::Boolean
    }
}

#[derive(Clone, Copy)]
struct Canonical {
    cell: Cell,
    /// Whether it differs from what was written.
    converted: bool,
}

/// Where the cell at hand is.
struct Here<'h, 's> {
    log: &'h mut Log,
    source: &'h Source<'s>,
    place: Place,
    column: usize,
    /// What the value map made of the cell, if it made anything of it.
    mapped: Option<&'h str>,
}

impl Here<'_, '_> {
    fn add(&mut self, rule: &'static Rule, words: impl FnOnce() -> Words) {
        let mapped = self.mapped;
        self.log.add(
            self.source,
            rule,
            self.place,
            At::Column(self.column),
            || match mapped {
                Some(to) if rule.severity == Severity::Error => words().because_of_value_map(to),
                _ => words(),
            },
        );
    }
}

impl<'m> Cells<'m> {
    /// No cells yet, of a body with this many bytes of text and about this many records.
    pub fn new(mapping: &'m Mapping, body: usize, expected: usize) -> Self {
        let fields = mapping.fields.iter().map(|api| Field {
            api,
            kind: api.target.field().kind,
            forms: Vec::new(),
            seen: HashMap::new(),
            recent: [0; RECENT],
        });
        Self {
            fields: fields.collect(),
            body,
            side: String::new(),
            address: None,
            usernames_are_addresses: true,
            cells: mapping.fields.iter().map(|_| Vec::with_capacity(expected)).collect(),
        }
    }

    /// The side text, the cells, and whether every username is the user's own address.
    pub fn finish(self) -> (String, Vec<Vec<Cell>>, bool) {
        (self.side, self.cells, self.usernames_are_addresses)
    }

    /// Reads one row; `columns` tells which cell belongs to which field.
    pub fn read(
        &mut self,
        log: &mut Log,
        source: &Source<'_>,
        place: Place,
        row: &[RawCell],
        columns: &[Option<usize>],
    ) {
        self.address = None;
        for (index, column) in columns.iter().enumerate() {
            let raw = column
                .and_then(|column| row.get(column))
                .filter(|raw| **raw != RawCell::ABSENT);
            let cell = match raw {
                Some(raw) => {
                    let column = column.unwrap_or_default();
                    let mapped = None;
                    self.present(
                        index,
                        *raw,
                        Here {
                            log,
                            source,
                            place,
                            column,
                            mapped,
                        },
                    )
                }
                None => self.absent(index, *column, log, source, place),
            };
            self.cells[index].push(cell);
        }
    }

    fn absent(&self, index: usize, column: Option<usize>, log: &mut Log, source: &Source<'_>, place: Place) -> Cell {
        let api = self.fields[index].api;
        let line = api.target.field();
        // a row that ends before the column has no value in it either
        let cut_off = line.every_cell && source.format == FileFormat::Csv && column.is_some();
        if line.required || cut_off {
            let at = column.map_or_else(|| At::Named(api.api_field.clone()), At::Column);
            log.add(source, &rules::missing_value::RULE, place, at, || {
                let near = column
                    .is_none()
                    .then(|| super::columns::near(source, &api.api_field))
                    .flatten();
                rules::missing_value::words(&api.target.label(), true, self.fields[index].clearable(), near)
            });
        }
        Cell::ABSENT
    }

    fn present<'h>(&mut self, index: usize, raw: RawCell, mut here: Here<'h, '_>) -> Cell
    where
        'm: 'h,
    {
        let text: &str = &here.source.text;
        if raw.escapes == Escapes::None
            && self.fields[index].api.value_map.is_empty()
            && let Some(said) = text.get(raw.start..raw.end)
            && stands_as_it_is(said)
        {
            return self.canonical(index, said, Some(raw.start), &mut here);
        }
        self.cleaned(index, raw, here)
    }

    /// A cell that needs trimming, unescaping or its value map, or that is blank.
    #[inline(never)]
    fn cleaned<'h>(&mut self, index: usize, raw: RawCell, mut here: Here<'h, '_>) -> Cell
    where
        'm: 'h,
    {
        let source = here.source;
        let text: &str = &source.text;
        let written = raw.text(text);
        let trimmed = value::trim(&written);
        if trimmed.len() != written.len() && !trimmed.is_empty() {
            here.add(&rules::surrounding_space::RULE, rules::surrounding_space::words);
        }
        let said = value::unguard(trimmed);
        if said.len() != trimmed.len() {
            here.add(&rules::formula_guard::RULE, rules::formula_guard::words);
        }
        let api = self.fields[index].api;
        if !api.value_map.is_empty() {
            here.mapped = api.value_map.get(said).map(|to| value::trim(to));
        }
        let said = here.mapped.unwrap_or(said);
        if said.is_empty() {
            return self.blank(index, &mut here);
        }
        if said == value::CLEAR {
            return self.clear(index, &mut here);
        }
        if said.eq_ignore_ascii_case(value::CLEAR) {
            here.add(&rules::almost_clear::RULE, || rules::almost_clear::words(said));
        }
        // where the text stands in the body, if it stands there as it is
        let stands = here.mapped.is_none() && matches!(written, Cow::Borrowed(_));
        let slice = stands.then(|| said.as_ptr() as usize - text.as_ptr() as usize);
        self.canonical(index, said, slice, &mut here)
    }

    fn blank(&self, index: usize, here: &mut Here<'_, '_>) -> Cell {
        let api = self.fields[index].api;
        match api.on_blank {
            OnBlank::Keep => Cell::ABSENT,
            OnBlank::Clear => Cell::CLEAR,
            OnBlank::Error => {
                here.add(&rules::missing_value::RULE, || {
                    rules::missing_value::words(&api.target.label(), false, self.fields[index].clearable(), None)
                });
                Cell::REFUSED
            }
        }
    }

    fn clear(&self, index: usize, here: &mut Here<'_, '_>) -> Cell {
        let field = &self.fields[index];
        if !field.clearable() {
            here.add(&rules::not_clearable::RULE, || {
                rules::not_clearable::words(&field.api.target.label())
            });
            return Cell::REFUSED;
        }
        Cell::CLEAR
    }

    fn canonical(&mut self, index: usize, said: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Cell {
        let label = || self.fields[index].api.target.label();
        match self.fields[index].kind {
            Kind::Email => {
                let address = value::email::clean(said);
                if let Err(fault) = value::email::check(address) {
                    here.add(&rules::invalid_email::RULE, || {
                        rules::invalid_email::words(address, fault)
                    });
                    return Cell::REFUSED;
                }
                let cell = self.address(said, address, slice, here);
                self.address = cell.range().filter(|range| range.end <= self.body);
                cell
            }
            Kind::Manager => self.address(said, value::email::clean(said), slice, here),
            Kind::Username => {
                let address = self.address.clone().and_then(|range| here.source.text.get(range));
                if address == Some(said) {
                    return self.keep(said, slice);
                }
                self.usernames_are_addresses = false;
                if let Err(fault) = value::email::check(said) {
                    here.add(&rules::invalid_username::RULE, || {
                        rules::invalid_username::words(said, fault)
                    });
                    return Cell::REFUSED;
                }
                self.keep(said, slice)
            }
            Kind::Name => {
                if !plain_text(said, &label, NAME_CHARACTERS, here) {
                    return Cell::REFUSED;
                }
                self.keep(said, slice)
            }
            Kind::IntegrationId => {
                let is_number = here.source.format == FileFormat::Json
                    && slice.is_some_and(|at| !here.source.text[..at].ends_with('"'));
                if value::text::is_scientific(said) || (is_number && said.contains(['e', 'E'])) {
                    here.add(&rules::scientific_notation::RULE, || {
                        rules::scientific_notation::words(said)
                    });
                    return Cell::REFUSED;
                }
                if !plain_text(said, &label, ID_CHARACTERS, here) {
                    return Cell::REFUSED;
                }
                self.keep(said, slice)
            }
            Kind::GroupList | Kind::List => {
                let separator = if self.fields[index].kind == Kind::List {
                    '|'
                } else {
                    ';'
                };
                let sound = said
                    .split(separator)
                    .all(|word| plain_text(value::trim(word), &label, NAME_CHARACTERS, here));
                if !sound {
                    return Cell::REFUSED;
                }
                self.keep(said, slice)
            }
            Kind::Attribute => {
                let control = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
                if let Some(character) = said.chars().find(control) {
                    here.add(&rules::control_character::RULE, || {
                        rules::control_character::words(character)
                    });
                    return Cell::REFUSED;
                }
                self.keep(said, slice)
            }
            Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => self.closed(index, said, slice, here),
        }
    }

    /// Keeps an address that was cleaned, and says so.
    fn address(&mut self, said: &str, address: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Cell {
        if address.len() != said.len() {
            here.add(&rules::cleaned_email::RULE, || rules::cleaned_email::words(address));
        }
        let before = address.as_ptr() as usize - said.as_ptr() as usize;
        self.keep(address, slice.map(|at| at + before))
    }

    /// Kinds with few different texts: each text is understood once and kept once.
    fn closed(&mut self, index: usize, said: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Cell {
        let field = &mut self.fields[index];
        let look = look(said);
        let recent = field.recent[look] as usize;
        let known = match field.forms.get(recent) {
            Some((text, _)) if **text == *said => Some(recent),
            _ => field.seen.get(said).copied(),
        };
        let form = match known {
            Some(form) => form,
            None => match self.understand(index, said, slice, here) {
                Ok(canonical) => {
                    let field = &mut self.fields[index];
                    field.forms.push((said.into(), canonical));
                    field.seen.insert(said.into(), field.forms.len() - 1);
                    field.forms.len() - 1
                }
                Err(cell) => return cell,
            },
        };
        let field = &mut self.fields[index];
        field.recent[look] = form as u32;
        let Canonical { cell, converted } = field.forms[form].1;
        if converted {
            let (kind, meant) = (field.kind, self.side_text(cell));
            match kind {
                Kind::Boolean => here.add(&rules::converted_boolean::RULE, || {
                    rules::converted_boolean::words(meant == "True")
                }),
                _ => here.add(&rules::converted_time_zone::RULE, || {
                    rules::converted_time_zone::words(said, meant)
                }),
            }
        }
        cell
    }

    /// Understands a text of a kind with few different ones.
    ///
    /// # Errors
    /// The cell of a text that must be looked at each time, because there is something to say of it each time.
    fn understand(
        &mut self,
        index: usize,
        said: &str,
        slice: Option<usize>,
        here: &mut Here<'_, '_>,
    ) -> Result<Canonical, Cell> {
        let kind = self.fields[index].kind;
        let (text, converted) = match kind {
            Kind::Boolean => match value::boolean::parse(said) {
                Some((truth, converted)) => (if truth { "True" } else { "False" }.to_owned(), converted),
                None => {
                    here.add(&rules::invalid_boolean::RULE, || rules::invalid_boolean::words(said));
                    return Err(Cell::REFUSED);
                }
            },
            Kind::Role => match value::role::parse(said) {
                Some(role) => (role.to_owned(), false),
                None => {
                    here.add(&rules::invalid_role::RULE, || rules::invalid_role::words(said));
                    return Err(Cell::REFUSED);
                }
            },
            Kind::Group => {
                if said.contains(';') {
                    here.add(&rules::semicolon_in_group::RULE, || {
                        rules::semicolon_in_group::words(said)
                    });
                    return Err(Cell::REFUSED);
                }
                let label = || self.fields[index].api.target.label();
                let is_sound = plain_text(said, &label, NAME_CHARACTERS, here);
                let cell = if is_sound {
                    self.keep(said, slice)
                } else {
                    Cell::REFUSED
                };
                return match value::text::oddity(said) {
                    None if is_sound => Ok(Canonical { cell, converted: false }),
                    _ => Err(cell),
                };
            }
            _ => match value::time_zone::parse(said) {
                Some(zone) => {
                    let converted = zone != said;
                    (zone, converted)
                }
                None => {
                    here.add(&rules::invalid_time_zone::RULE, || {
                        rules::invalid_time_zone::words(said, &value::time_zone::candidates(said))
                    });
                    return Err(Cell::REFUSED);
                }
            },
        };
        let cell = self.keep(&text, None);
        Ok(Canonical { cell, converted })
    }

    /// A text that was kept in the side text.
    fn side_text(&self, cell: Cell) -> &str {
        cell.range()
            .and_then(|range| self.side.get(range.start - self.body..range.end - self.body))
            .unwrap_or_default()
    }

    /// Keeps a text: where it stands in the body, or in the side text.
    fn keep(&mut self, text: &str, slice: Option<usize>) -> Cell {
        match slice {
            Some(start) => Cell::slice(start, text.len()),
            None => {
                let start = self.body + self.side.len();
                self.side.push_str(text);
                Cell::slice(start, text.len())
            }
        }
    }
}

/// Whether a text may stand as it is; what is wrong or odd with it goes to the log.
fn plain_text(said: &str, label: &dyn Fn() -> String, limit: usize, here: &mut Here<'_, '_>) -> bool {
    if said.len() > limit {
        let characters = said.chars().count();
        if characters > limit {
            here.add(&rules::too_long::RULE, || {
                rules::too_long::words(&label(), characters, limit)
            });
            return false;
        }
    }
    match value::text::oddity(said) {
        None => true,
        Some(Oddity::Control(character)) => {
            here.add(&rules::control_character::RULE, || {
                rules::control_character::words(character)
            });
            false
        }
        Some(Oddity::Invisible(name)) => {
            here.add(&rules::invisible_character::RULE, || {
                rules::invisible_character::words(name)
            });
            true
        }
        Some(Oddity::Damaged) => {
            here.add(&rules::damaged_text::RULE, rules::damaged_text::words);
            true
        }
    }
}

/// Whether a text is neither blank nor `<clear>`, and has no space around it nor an apostrophe before it: most texts.
fn stands_as_it_is(text: &str) -> bool {
    match text.as_bytes() {
        [first, .., last] => (b'('..0x7F).contains(first) && *first != b'<' && (b'!'..0x7F).contains(last),
        [only] => only.is_ascii_alphanumeric(),
        [] => false,
    }
}
