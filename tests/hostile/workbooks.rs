//! Workbooks that were made to harm, as few bytes as they need, each with the rule that refuses it.

use flate2::{Compress, Compression, Crc, FlushCompress};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The three required fields.
pub(crate) const MAPPING: &str = r#"{"version":1,"file_format":"csv","fields":[
  {"api_field":"Email","target":"user.email"},
  {"api_field":"First Name","target":"user.first_name"},
  {"api_field":"Last Name","target":"user.last_name"}]}"#;
const HEADER: &str = r#"<row r="1"><c r="A1" t="str"><v>Email</v></c><c r="B1" t="str"><v>First Name</v></c><c r="C1" t="str"><v>Last Name</v></c></row>"#;

/// A member of an archive, packed.
struct Part {
    name: &'static str,
    packed: Vec<u8>,
    size: u64,
    crc: u32,
    /// Bit 0: it is encrypted.
    flags: u16,
}

/// Packs pieces, each as often as it says; a gibibyte of one piece takes a megabyte and no time.
fn part(name: &'static str, pieces: &[(&str, usize)]) -> Part {
    let (mut packed, mut crc, mut size) = (Vec::new(), Crc::new(), 0);
    for (piece, times) in pieces {
        // many small pieces as fewer large ones
        let group = (64 * 1024 / piece.len().max(1)).clamp(1, (*times).max(1));
        for (piece, times) in [(piece.repeat(group), times / group), (piece.to_string(), times % group)] {
            let mut compress = Compress::new(Compression::best(), false);
            let mut once = Vec::with_capacity(piece.len() + 1024);
            compress
                .compress_vec(piece.as_bytes(), &mut once, FlushCompress::Full)
                .unwrap();
            let mut once_crc = Crc::new();
            once_crc.update(piece.as_bytes());
            for _ in 0..times {
                packed.extend_from_slice(&once);
                crc.combine(&once_crc);
                size += piece.len() as u64;
            }
        }
    }
    // an empty last block
    packed.extend_from_slice(&[3, 0]);
    Part {
        name,
        packed,
        size,
        crc: crc.sum(),
        flags: 0,
    }
}

fn archive(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let about = |size: u64| {
            let mut about = vec![20, 0];
            about.extend(part.flags.to_le_bytes());
            about.extend([8, 0, 0, 0, 0, 0]);
            about.extend(part.crc.to_le_bytes());
            about.extend((part.packed.len() as u32).to_le_bytes());
            about.extend((size as u32).to_le_bytes());
            about.extend((part.name.len() as u16).to_le_bytes());
            about.extend([0, 0]);
            about
        };
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(about(part.size));
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(part.name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(about(part.size));
        bytes.extend(part.name.as_bytes());
        bytes.extend(&part.packed);
    }
    let (start, count) = (bytes.len() as u32, parts.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// The parts of a workbook around its sheet.
fn around() -> Vec<Part> {
    let package = format!(
        r#"<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let relations: String = [
        ("r1", "worksheet", "worksheets/sheet1.xml"),
        ("r2", "sharedStrings", "sharedStrings.xml"),
        ("r3", "styles", "styles.xml"),
    ]
    .map(|(id, kind, target)| format!(r#"<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#))
    .concat();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let workbook = r#"<workbook><sheets><sheet name="Users" sheetId="1" id="r1"/></sheets></workbook>"#;
    vec![
        part("_rels/.rels", &[(&package, 1)]),
        part("xl/_rels/workbook.xml.rels", &[(&relations, 1)]),
        part("xl/workbook.xml", &[(workbook, 1)]),
    ]
}

/// A workbook with a sheet of these pieces, and other parts.
fn workbook(sheet: &[(&str, usize)], others: impl IntoIterator<Item = Part>) -> Vec<u8> {
    let mut parts = around();
    parts.push(part("xl/worksheets/sheet1.xml", sheet));
    parts.extend(others);
    archive(&parts)
}

/// A workbook whose rows are these pieces.
fn rows(rows: &[(&str, usize)], others: impl IntoIterator<Item = Part>) -> Vec<u8> {
    let begin = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#);
    let pieces: Vec<(&str, usize)> = [(begin.as_str(), 1)]
        .into_iter()
        .chain(rows.iter().copied())
        .chain([("</sheetData></worksheet>", 1)])
        .collect();
    workbook(&pieces, others)
}

/// A compound file with one stream, `Workbook`, of at most 60 KiB; `next` gives the sector behind each of its own.
fn compound(stream: &[u8], next: impl Fn(u32, u32) -> u32) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    let sectors = (stream.len().max(4096)).div_ceil(512) as u32;
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(24, 0);
    bytes.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    bytes.resize(44, 0);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(4096_u32.to_le_bytes());
    for number in [END, 0, END, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(512, 0xFF);
    // the FAT, then the directory, then the stream
    let mut fat = vec![0xFFFF_FFFD, END];
    fat.extend((2..2 + sectors).map(|sector| next(sector, 2 + sectors)));
    bytes.extend(fat.iter().flat_map(|number: &u32| number.to_le_bytes()));
    bytes.resize(1024, 0xFF);
    for (name, kind, start, size) in [
        ("Root Entry", 5, END, 0),
        ("Workbook", 2, 2, stream.len().max(4096) as u32),
    ] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let len = entry.len() as u16 + 2;
        entry.resize(64, 0);
        entry.extend(len.to_le_bytes());
        entry.extend([kind, 1]);
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.resize(128, 0);
        bytes.extend(entry);
    }
    bytes.resize(1536, 0);
    bytes.extend(stream);
    bytes.resize(1536 + 512 * sectors as usize, 0);
    bytes
}

/// The sectors of a stream in their order.
fn in_order(sector: u32, end: u32) -> u32 {
    if sector + 1 == end { 0xFFFF_FFFE } else { sector + 1 }
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let head = [kind.to_le_bytes(), (data.len() as u16).to_le_bytes()];
    [head.as_flattened(), data].concat()
}

/// The stream of an old workbook with these records before its sheet and in it.
fn old(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0]);
    let sheet = |start: u32| record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, 5, 0], b"Users"].concat());
    let end = record(0x000A, &[]);
    let start = begin(5).len() + globals.concat().len() + sheet(0).len() + end.len();
    [
        begin(5),
        globals.concat(),
        sheet(start as u32),
        end.clone(),
        begin(0x10),
        cells.concat(),
        end,
    ]
    .concat()
}

/// A text in a cell of an old workbook.
fn old_text(row: u16, column: u16, text: &str) -> Vec<u8> {
    let [row, column] = [row.to_le_bytes(), column.to_le_bytes()];
    let len = (text.len() as u16).to_le_bytes();
    record(
        0x0204,
        &[&row[..], &column, &[0, 0], &len, &[0], text.as_bytes()].concat(),
    )
}

fn old_header() -> Vec<u8> {
    ["Email", "First Name", "Last Name"]
        .into_iter()
        .zip(0..)
        .flat_map(|(name, column)| old_text(0, column, name))
        .collect()
}

/// A workbook with a header and nothing behind it.
pub(crate) fn sound() -> Vec<u8> {
    rows(&[(HEADER, 1)], [])
}

/// Every body with the rule that refuses it.
pub(crate) fn bodies() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let large = "workbook_too_large";
    let broken = "unreadable_workbook";
    let row = r#"<row><c><v>1</v></c></row>"#;
    let long = "x".repeat(32_000);
    let strings = |sst: &str, items: &[(&str, usize)]| {
        let begin = format!(r#"<sst xmlns="{MAIN}"{sst}>"#);
        let pieces: Vec<(&str, usize)> = [(begin.as_str(), 1)]
            .into_iter()
            .chain(items.iter().copied())
            .chain([("</sst>", 1)])
            .collect();
        part("xl/sharedStrings.xml", &pieces)
    };
    let one_long = format!("<si><t>{long}</t></si>");
    let nested = archive(&around());
    let nested = String::from_utf8_lossy(&nested).into_owned();
    let plain = rows(&[(HEADER, 1), (row, 1)], []);
    let mut lying = around();
    lying.push(Part {
        size: 10,
        ..part("xl/worksheets/sheet1.xml", &[("<worksheet>", 1), (" ", 1 << 30)])
    });
    let mut encrypted = around();
    encrypted.push(Part {
        flags: 1,
        ..part("xl/worksheets/sheet1.xml", &[("<worksheet/>", 1)])
    });
    let mut members = around();
    members.extend((0..60_000).map(|_| part("xl/media/image.png", &[])));
    let twice = around().into_iter().chain(around()).collect::<Vec<_>>();
    let far = format!(r#"{HEADER}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#);
    let wide = r#"<row><c t="str"><v>Email</v></c><c r="XFD1" t="str"><v>x</v></c></row>"#;
    let styles = |pieces: &[(&str, usize)]| part("xl/styles.xml", pieces);
    let adding = styles(&[(
        r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="@@@@@@@@@@@@"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>"#,
        1,
    )]);
    let entities =
        r#"<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>"#;
    let claims = record(0x00FC, &[0xFF; 8]);
    let all_columns = |row: u16| {
        let numbers: Vec<u8> = (0..256).flat_map(|_| [0, 0, 6, 0, 0, 0]).collect();
        record(0x00BD, &[&row.to_le_bytes()[..], &[0, 0], &numbers, &[255, 0]].concat())
    };
    let mut circle = compound(&old(&[], &[old_header()]), |_, _| 2);
    // the stream's size, in its entry of the directory
    circle[1024 + 128 + 120..][..4].copy_from_slice(&i32::MAX.to_le_bytes());
    vec![
        ("a cell at XFD1048576", rows(&[(&far, 1)], []), "ragged_row"),
        (
            "a header at XFD1 over 60,000 rows",
            rows(&[(wide, 1), (row, 60_000)], []),
            large,
        ),
        (
            "180 MiB of small cells",
            rows(&[(HEADER, 1), (row, 7 << 20)], []),
            large,
        ),
        (
            "a gibibyte of spaces",
            workbook(&[("<worksheet>", 1), (" ", 1 << 30)], []),
            large,
        ),
        (
            "a text of 300 MiB",
            rows(&[(HEADER, 1), ("<row><c><v>", 1), ("x", 300 << 20)], []),
            large,
        ),
        (
            "an attribute of 300 MiB",
            workbook(&[("<worksheet a=\"", 1), ("x", 300 << 20)], []),
            large,
        ),
        (
            "a million elements inside each other",
            workbook(&[("<worksheet>", 1), ("<a>", 1 << 20)], []),
            large,
        ),
        (
            "a sheet that claims four billion texts",
            rows(
                &[(HEADER, 1)],
                [strings(r#" count="4294967295" uniqueCount="4294967295""#, &[])],
            ),
            large,
        ),
        (
            "twenty million texts",
            rows(&[(HEADER, 1)], [strings("", &[("<si/>", 20 << 20)])]),
            large,
        ),
        (
            "texts of 100 MB",
            rows(&[(HEADER, 1)], [strings("", &[(&one_long, 3_200)])]),
            large,
        ),
        (
            "a text that a format shows a dozen times in 100,000 cells",
            rows(
                &[(HEADER, 1), (r#"<row><c t="s" s="0"><v>0</v></c></row>"#, 100_000)],
                [strings("", &[(&one_long, 1)]), adding],
            ),
            large,
        ),
        (
            "five million styles",
            rows(
                &[(HEADER, 1)],
                [styles(&[("<styleSheet><cellXfs>", 1), ("<xf/>", 5 << 20)])],
            ),
            large,
        ),
        ("a directory that lies about sizes", archive(&lying), large),
        ("60,000 members", archive(&members), large),
        ("members of one name", archive(&twice), broken),
        ("a workbook that was cut off", plain[..plain.len() / 2].to_vec(), broken),
        (
            "an archive in the place of the sheet",
            workbook(&[(&nested, 1)], []),
            broken,
        ),
        ("entities of its own", workbook(&[(entities, 1)], []), broken),
        ("an encrypted member", archive(&encrypted), "encrypted_workbook"),
        (
            ".xls that claims four billion texts",
            compound(&old(&[claims], &[old_header()]), in_order),
            large,
        ),
        (
            ".xls with a cell in its far corner",
            compound(&old(&[], &[old_header(), old_text(65_535, 255, "x")]), in_order),
            "ragged_row",
        ),
        (
            ".xls with rows over all columns",
            compound(
                &old(&[], &[old_header(), (1..30).flat_map(all_columns).collect()]),
                in_order,
            ),
            "ragged_row",
        ),
        (".xls of sectors in a circle", circle, broken),
        (
            ".xls that was cut off",
            compound(&old(&[], &[old_header()]), in_order)[..700].to_vec(),
            broken,
        ),
    ]
}
