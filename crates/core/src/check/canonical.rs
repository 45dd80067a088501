//! The canonical form of a text that stands in a cell, kind by kind, and what is wrong or odd with it.

use crate::field::{Kind, NAME_CHARACTERS};
use crate::mapping::FileFormat;
use crate::record::{Cell, Code};
use crate::rules;
use crate::value::{self, text::Oddity};

use super::cell::{Cells, Form, Here, ID_CHARACTERS};

impl Cells<'_> {
    /// The code of a text, which is neither blank nor `<clear>`.
    pub(super) fn canonical(
        &mut self,
        index: usize,
        said: &str,
        slice: Option<usize>,
        here: &mut Here<'_, '_>,
    ) -> Code {
        let record = here.place.start as usize;
        match self.open(index, said, slice, here) {
            Some(cell) if matches!(self.fields[index].kind, Kind::Manager | Kind::GroupList) => {
                self.repeated(index, cell, &here.source.text, record)
            }
            Some(cell) => self.cells[index].keep_near(cell, record, self.body),
            None => self.closed(index, said, slice, here),
        }
    }

    /// Kinds of which every record may say something else; `None` for the others.
    fn open(&mut self, index: usize, said: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Option<Cell> {
        let label = || self.fields[index].api.target.label();
        Some(match self.fields[index].kind {
            Kind::Email => {
                let address = value::email::clean(said);
                if let Err(fault) = value::email::check(address) {
                    here.add(&rules::invalid_email::RULE, || {
                        rules::invalid_email::words(address, fault)
                    });
                    return Some(Cell::REFUSED);
                }
                self.has_foreign_addresses |= !address.is_ascii();
                let cell = self.address(said, address, slice, here);
                self.address = cell.range().filter(|range| range.end <= self.body);
                cell
            }
            Kind::Manager => self.address(said, value::email::clean(said), slice, here),
            Kind::Username => {
                let address = self.address.clone().and_then(|range| here.source.text.get(range));
                if address == Some(said) {
                    return Some(self.keep(said, slice));
                }
                self.usernames_are_addresses = false;
                if let Err(fault) = value::email::check(said) {
                    here.add(&rules::invalid_username::RULE, || {
                        rules::invalid_username::words(said, fault)
                    });
                    return Some(Cell::REFUSED);
                }
                self.keep(said, slice)
            }
            Kind::Name => {
                if !plain_text(said, &label, NAME_CHARACTERS, here) {
                    return Some(Cell::REFUSED);
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
                    return Some(Cell::REFUSED);
                }
                if !plain_text(said, &label, ID_CHARACTERS, here) {
                    return Some(Cell::REFUSED);
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
                    return Some(Cell::REFUSED);
                }
                self.keep(said, slice)
            }
            Kind::Attribute => {
                let control = |character: &char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
                if let Some(character) = said.chars().find(control) {
                    here.add(&rules::control_character::RULE, || {
                        rules::control_character::words(character)
                    });
                    return Some(Cell::REFUSED);
                }
                self.keep(said, slice)
            }
            Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => return None,
        })
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
    fn closed(&mut self, index: usize, said: &str, slice: Option<usize>, here: &mut Here<'_, '_>) -> Code {
        let form = match self.fields[index].seen.form(said) {
            Some(form) => form,
            None => match self.understand(index, said, slice, here) {
                Ok(form) => {
                    self.fields[index].seen.add(said, form);
                    form
                }
                Err(cell) => return self.cells[index].keep_near(cell, here.place.start as usize, self.body),
            },
        };
        let Form { cell, code, converted } = form;
        if converted {
            let (kind, meant) = (self.fields[index].kind, self.side_text(cell));
            match kind {
                Kind::Boolean => here.add(&rules::converted_boolean::RULE, || {
                    rules::converted_boolean::words(meant == "True")
                }),
                _ => here.add(&rules::converted_time_zone::RULE, || {
                    rules::converted_time_zone::words(said, meant)
                }),
            }
        }
        code
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
    ) -> Result<Form, Cell> {
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
                    None if is_sound => Ok(self.once(index, cell, false)),
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
        Ok(self.once(index, cell, converted))
    }

    /// A cell that is kept once for all that say it.
    fn once(&mut self, index: usize, cell: Cell, converted: bool) -> Form {
        let code = self.cells[index].keep(cell);
        Form { cell, code, converted }
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
