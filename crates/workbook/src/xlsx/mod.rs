//! .xlsx, transitional and strict: which parts there are, and which sheet is read.
// source: ECMA-376 part 1, 18.2 (workbook), and part 2, 9.3 (relationships)

use passmuster_core::read::sheet::{Builder, Container, Opened, Refusal, Sheet, SheetName};

use crate::bounds::{self, crossed, damaged};
use crate::format::Epoch;
use crate::xml::{Piece, Xml};
use crate::zip::Archive;

mod cells;
mod strings;
mod styles;

/// A relationship of the package or the workbook.
struct Relation {
    id: String,
    /// The last part of its type, such as `worksheet`.
    kind: String,
    target: String,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    is_visible: bool,
    relation: String,
}

/// What the workbook says of itself.
#[derive(Default)]
struct Workbook {
    sheets: Vec<Listed>,
    epoch: Epoch,
}

/// Reads a workbook's sheet.
pub(crate) fn read(body: &[u8], asked: Option<&str>) -> Opened {
    let mut sheets = Vec::new();
    let sheet = read_sheet(body, asked, &mut sheets);
    Opened {
        container: Container::Xlsx,
        bytes: body.len() as u64,
        sheets,
        sheet,
    }
}

fn read_sheet(body: &[u8], asked: Option<&str>, names: &mut Vec<SheetName>) -> Result<Sheet, Refusal> {
    let mut archive = Archive::open(body)?;
    let book = main_part(&mut archive)?;
    let workbook = read_workbook(&mut archive, &book)?;
    let relations = read_relations(&mut archive, &book)?;
    let target = |kind: &str| relations.iter().find(|relation| relation.kind == kind);
    // charts and macros have tabs, too, but no cells
    let worksheets: Vec<(&Listed, &Relation)> = workbook
        .sheets
        .iter()
        .filter_map(|listed| {
            Some((
                listed,
                relations.iter().find(|relation| relation.id == listed.relation)?,
            ))
        })
        .filter(|(_, relation)| relation.kind == "worksheet")
        .collect();
    names.extend(worksheets.iter().map(|(listed, _)| SheetName {
        name: listed.name.clone(),
        is_visible: listed.is_visible,
    }));
    let at = crate::choose(names, asked)?;
    let (listed, relation) = worksheets[at];
    let styles = match target("styles") {
        Some(relation) => styles::read(&mut archive, &relation.target)?,
        None => styles::Styles::default(),
    };
    let mut builder = Builder::default();
    let strings = match target("sharedStrings") {
        Some(relation) => strings::read(&mut archive, &relation.target, &mut builder)?,
        None => Vec::new(),
    };
    let mut reader = cells::Reader::new(builder, &styles, &strings, workbook.epoch);
    let part = archive.unpack(&relation.target)?;
    let part = part.ok_or_else(|| damaged(format!("the sheet \"{}\" is not in it", listed.name)))?;
    reader.read(Xml::new(part))?;
    reader.finish(listed.name.clone())
}

/// The workbook's own part.
fn main_part(archive: &mut Archive<'_>) -> Result<String, Refusal> {
    let relations = relations_of(archive, "_rels/.rels", "")?;
    let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
    let name = main.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    if name.ends_with(".bin") {
        return Err(Refusal::Foreign("a binary Excel workbook (.xlsb)".to_owned()));
    }
    if archive.has(&name) {
        return Ok(name);
    }
    if archive.has_folder("xl/") {
        return Err(damaged("the workbook itself is not in it"));
    }
    let others = [
        ("word/", "a Word document"),
        ("ppt/", "a PowerPoint document"),
        ("meta-inf/", "an OpenDocument file"),
    ];
    let other = others.into_iter().find(|(folder, _)| archive.has_folder(folder));
    let name = other.map_or("a ZIP archive", |(_, name)| name);
    Err(Refusal::Foreign(name.to_owned()))
}

fn read_relations(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    relations_of(archive, &format!("{folder}{separator}_rels/{name}.rels"), folder)
}

fn relations_of(archive: &mut Archive<'_>, name: &str, folder: &str) -> Result<Vec<Relation>, Refusal> {
    let mut relations = Vec::new();
    let Some(part) = archive.unpack(name)? else {
        return Ok(relations);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Piece::Start {
                name: b"Relationship",
                attributes,
                ..
            } => {
                if relations.len() >= 4 * bounds::SHEETS {
                    return Err(crossed("relationships", 4 * bounds::SHEETS as u64));
                }
                let text = |name: &[u8]| attributes.text(name).unwrap_or_default();
                relations.push(Relation {
                    id: text(b"Id"),
                    kind: text(b"Type").rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolve(folder, &text(b"Target")),
                });
            }
            Piece::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target from the root of the package.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn read_workbook(archive: &mut Archive<'_>, name: &str) -> Result<Workbook, Refusal> {
    let mut workbook = Workbook::default();
    let part = archive
        .unpack(name)?
        .ok_or_else(|| damaged("the workbook itself is not in it"))?;
    let mut xml = Xml::new(part);
    let mut is_root = true;
    loop {
        match xml.next()? {
            Piece::Start { name, .. } if is_root => {
                if name != b"workbook" {
                    return Err(damaged("its main part is no workbook"));
                }
                is_root = false;
            }
            Piece::Start {
                name: b"workbookPr",
                attributes,
                ..
            } if attributes.is_true(b"date1904") => {
                workbook.epoch = Epoch::Of1904;
            }
            Piece::Start {
                name: b"sheet",
                attributes,
                ..
            } => {
                if workbook.sheets.len() >= bounds::SHEETS {
                    return Err(crossed("sheets", bounds::SHEETS as u64));
                }
                workbook.sheets.push(Listed {
                    name: attributes.text(b"name").unwrap_or_default(),
                    is_visible: !matches!(attributes.get(b"state"), Some(b"hidden" | b"veryHidden")),
                    relation: attributes.text(b"id").unwrap_or_default(),
                });
            }
            Piece::Eof if is_root => return Err(damaged("its main part is empty")),
            Piece::Eof => return Ok(workbook),
            _ => {}
        }
    }
}
