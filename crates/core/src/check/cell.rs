//! One cell: from its text to its canonical form, by the policies of its field.
//!
//! On the good path a cell costs no allocation: it stays a slice of the body.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::field::{Kind, NAME_CHARACTERS};
use crate::log::{At, Log};
use crate::mapping::{ApiField, Mapping, OnBlank};
use crate::read::{Place, RawCell, Source};
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
    cells: Vec<Cell>,
}

struct Field<'m> {
    api: &'m ApiField,
    kind: Kind,
    /// Texts seen before and their canonical forms, for kinds with few different ones.
    forms: Vec<(Box<str>, Canonical)>,
    /// Where in `forms` each text is.
    seen: HashMap<Box<str>, usize>,
    /// Where in `forms` the last text is.
    last: usize,
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
    at: At,
}

impl Here<'_, '_> {
    fn add(&mut self, rule: &'static Rule, words: impl FnOnce() -> Words) {
        self.log.add(self.source, rule, self.place, self.at.clone(), words);
    }
}

impl<'m> Cells<'m> {
    /// No cells yet, of a body with this many bytes of text.
    pub fn new(mapping: &'m Mapping, body: usize) -> Self {
        let fields = mapping.fields.iter().map(|api| Field {
            api,
            kind: api.target.field().kind,
            forms: Vec::new(),
            seen: HashMap::new(),
            last: 0,
        });
        Self {
            fields: fields.collect(),
            body,
            side: String::new(),
            cells: Vec::new(),
        }
    }

    /// The side text and the cells.
    pub fn finish(self) -> (String, Vec<Cell>) {
        (self.side, self.cells)
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
        for (index, column) in columns.iter().enumerate() {
            let raw = column
                .and_then(|column| row.get(column))
                .filter(|raw| **raw != RawCell::ABSENT);
            let cell = match raw {
                Some(raw) => {
                    let at = At::Column(column.unwrap_or_default());
                    self.present(index, *raw, &mut Here { log, source, place, at })
                }
                None => self.absent(index, *column, log, source, place),
            };
            self.cells.push(cell);
        }
    }

    fn absent(&self, index: usize, column: Option<usize>, log: &mut Log, source: &Source<'_>, place: Place) -> Cell {
        let api = self.fields[index].api;
        let line = api.target.field();
        if line.required {
            let at = column.map_or_else(|| At::Named(api.api_field.clone()), At::Column);
            log.add(source, &rules::missing_value::RULE, place, at, || {
                rules::missing_value::words(&line.label.replace("{}", ""), true)
            });
        }
        Cell::ABSENT
    }

    fn present(&mut self, index: usize, raw: RawCell, here: &mut Here<'_, '_>) -> Cell {
        let text = &here.source.text;
        let written = raw.text(text);
        let trimmed = trim(&written);
        if trimmed.len() != written.len() && !trimmed.is_empty() {
            here.add(&rules::surrounding_space::RULE, rules::surrounding_space::words);
        }
        let said = value::unguard(trimmed);
        if said.len() != trimmed.len() {
            here.add(&rules::formula_guard::RULE, rules::formula_guard::words);
        }
        let field = &self.fields[index];
        let mapped = if field.api.value_map.is_empty() {
            None
        } else {
            map_value(field.api, said)
        };
        let said = mapped.unwrap_or(said);
        if said.is_empty() {
            return self.blank(index, here);
        }
        if said == value::CLEAR {
            return self.clear(index, here);
        }
        // where the text stands in the body, if it stands there as it is
        let slice = (mapped.is_none() && matches!(written, Cow::Borrowed(_)))
            .then(|| said.as_ptr() as usize - text.as_ptr() as usize);
        self.canonical(index, said, slice, here)
    }

    fn blank(&self, index: usize, here: &mut Here<'_, '_>) -> Cell {
        let api = self.fields[index].api;
        match api.on_blank {
            OnBlank::Keep => Cell::ABSENT,
            OnBlank::Clear => Cell::CLEAR,
            OnBlank::Error => {
                here.add(&rules::missing_value::RULE, || {
                    rules::missing_value::words(&api.target.label(), false)
                });
                Cell::ABSENT
            }
        }
    }

    fn clear(&self, index: usize, here: &mut Here<'_, '_>) -> Cell {
        let field = &self.fields[index];
        if field.api.target.field().required || field.kind == Kind::Boolean {
            here.add(&rules::not_clearable::RULE, || {
                rules::not_clearable::words(&field.api.target.label())
            });
            return Cell::ABSENT;
        }
        Cell::CLEAR
    }

    fn canonical(&mut self, index: usize, said: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Cell {
        let label = || self.fields[index].api.target.label();
        match self.fields[index].kind {
            Kind::Email => {
                let address = value::email::clean(said);
                if address.len() != said.len() {
                    here.add(&rules::cleaned_email::RULE, || rules::cleaned_email::words(address));
                }
                if let Err(fault) = value::email::check(address) {
                    here.add(&rules::invalid_email::RULE, || {
                        rules::invalid_email::words(address, fault)
                    });
                    return Cell::ABSENT;
                }
                if let Some(why) = value::email::lookalike(address) {
                    here.add(&rules::lookalike_email::RULE, || {
                        rules::lookalike_email::words(address, why)
                    });
                }
                self.keep(
                    address,
                    slice.map(|at| at + (address.as_ptr() as usize - said.as_ptr() as usize)),
                )
            }
            Kind::Manager => {
                let address = value::email::clean(said);
                self.keep(
                    address,
                    slice.map(|at| at + (address.as_ptr() as usize - said.as_ptr() as usize)),
                )
            }
            Kind::Username => {
                if let Err(fault) = value::email::check(said) {
                    here.add(&rules::invalid_username::RULE, || {
                        rules::invalid_username::words(said, fault)
                    });
                    return Cell::ABSENT;
                }
                self.keep(said, slice)
            }
            Kind::Name => {
                if !plain_text(said, &label, NAME_CHARACTERS, here) {
                    return Cell::ABSENT;
                }
                self.keep(said, slice)
            }
            Kind::IntegrationId => {
                if value::text::is_scientific(said) {
                    here.add(&rules::scientific_notation::RULE, || {
                        rules::scientific_notation::words(said)
                    });
                    return Cell::ABSENT;
                }
                if !plain_text(said, &label, ID_CHARACTERS, here) {
                    return Cell::ABSENT;
                }
                self.keep(said, slice)
            }
            Kind::Group => {
                if said.contains(';') {
                    here.add(&rules::semicolon_in_group::RULE, || {
                        rules::semicolon_in_group::words(said)
                    });
                    return Cell::ABSENT;
                }
                if !plain_text(said, &label, NAME_CHARACTERS, here) {
                    return Cell::ABSENT;
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
                    .all(|word| plain_text(word.trim(), &label, NAME_CHARACTERS, here));
                if !sound {
                    return Cell::ABSENT;
                }
                self.keep(said, slice)
            }
            Kind::Attribute => self.keep(said, slice),
            Kind::TimeZone | Kind::Boolean | Kind::Role => self.closed(index, said, here),
        }
    }

    /// Kinds with few different texts: each text is understood once.
    fn closed(&mut self, index: usize, said: &str, here: &mut Here<'_, '_>) -> Cell {
        let field = &mut self.fields[index];
        let known = match field.forms.get(field.last) {
            Some((last, _)) if **last == *said => Some(field.last),
            _ => field.seen.get(said).copied(),
        };
        let form = match known {
            Some(form) => form,
            None => {
                let kind = field.kind;
                let Some(text) = understand(kind, said, here) else {
                    return Cell::ABSENT;
                };
                let converted = match kind {
                    Kind::Boolean => value::boolean::parse(said).is_some_and(|(_, converted)| converted),
                    Kind::Role => false,
                    _ => text != said,
                };
                let canonical = Canonical { cell: self.keep(&text, None), converted };
                let field = &mut self.fields[index];
                field.forms.push((said.into(), canonical));
                field.seen.insert(said.into(), field.forms.len() - 1);
                field.forms.len() - 1
            }
        };
        let field = &mut self.fields[index];
        field.last = form;
        let canonical = field.forms[form].1;
        if canonical.converted {
            if self.fields[index].kind == Kind::Boolean {
                let truth = value::boolean::parse(said).is_some_and(|(truth, _)| truth);
                here.add(&rules::converted_boolean::RULE, || {
                    rules::converted_boolean::words(truth)
                });
            } else {
                let zone = value::time_zone::parse(said).unwrap_or_default();
                here.add(&rules::converted_time_zone::RULE, || {
                    rules::converted_time_zone::words(said, &zone)
                });
            }
        }
        canonical.cell
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

/// The text that a cell of a kind with few different texts means; an error in the log if it means none.
fn understand(kind: Kind, said: &str, here: &mut Here<'_, '_>) -> Option<String> {
    match kind {
        Kind::Boolean => match value::boolean::parse(said) {
            Some((truth, _)) => Some(if truth { "True" } else { "False" }.to_owned()),
            None => {
                here.add(&rules::invalid_boolean::RULE, || rules::invalid_boolean::words(said));
                None
            }
        },
        Kind::Role => match value::role::parse(said) {
            Some(role) => Some(role.to_owned()),
            None => {
                here.add(&rules::invalid_role::RULE, || rules::invalid_role::words(said));
                None
            }
        },
        _ => match value::time_zone::parse(said) {
            Ok(zone) => Some(zone),
            Err(candidates) => {
                here.add(&rules::invalid_time_zone::RULE, || {
                    rules::invalid_time_zone::words(said, &candidates)
                });
                None
            }
        },
    }
}

/// The text that a value map gives for another, compared to the letter.
fn map_value<'m>(api: &'m ApiField, said: &str) -> Option<&'m str> {
    api.value_map.get(said).map(|to| to.trim())
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

/// Without the space around it, zero-width space and byte order marks included.
fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ' || *byte >= 0x80);
    if is_edge(bytes.first()) || is_edge(bytes.last()) {
        text.trim_matches(|character: char| character.is_whitespace() || matches!(character, '\u{FEFF}' | '\u{200B}'))
    } else {
        text
    }
}
