//! How long a full check of a workbook of 88,000 users takes, as a ratio to calamine's bare stream of the same cells.
//!
//! Both in turn, round by round; CPU time of this thread; the median of the ratios of the rounds.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{Cursor, Write as _};

use calamine::{Reader, Xlsx};
use flate2::{Compression, Crc, write::DeflateEncoder};
use passmuster_core::import::{Options, prepare_sheet};
use passmuster_core::mapping::{FileFormat, Mapping};

#[path = "../../core/benches/people/mod.rs"]
mod people;

const USERS: usize = 88_443;
const ROUNDS: usize = 9;

fn main() {
    let file = workbook(&people::full(USERS));
    let mapping = Mapping::parse(people::MAPPING.as_bytes()).expect("a sound mapping");
    let check = || {
        let workbook = passmuster_workbook::open(&file, FileFormat::Csv, None).expect("a workbook");
        prepare_sheet(workbook, &mapping, &Options::default()).into_report()
    };
    let report = check();
    assert_eq!(
        (report.records, report.error_count),
        (USERS as u64, 0),
        "{:?}",
        report.problems.first()
    );
    println!("{} users, {:.1} MB", report.records, file.len() as f64 / 1e6);
    let (mut scans, mut reads, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        scans.push(cpu_ms(|| scan(&file)));
        reads.push(cpu_ms(|| {
            black_box(passmuster_workbook::read(&file, None));
        }));
        checks.push(cpu_ms(|| {
            black_box(check());
        }));
    }
    println!("calamine's bare cells   {:6.1} ms   1.00", median(&scans));
    for (name, times) in [("our reading          ", &reads), ("full check           ", &checks)] {
        let ratios: Vec<f64> = times.iter().zip(&scans).map(|(time, scan)| time / scan).collect();
        println!("{name}   {:6.1} ms   {:.2}", median(times), median(&ratios));
    }
}

fn scan(file: &[u8]) {
    let mut workbook = Xlsx::new(Cursor::new(file)).expect("a workbook");
    let name = workbook.sheet_names().first().cloned().expect("a sheet");
    let mut cells = workbook.worksheet_cells_reader(&name).expect("cells");
    let mut count = 0;
    while cells.next_cell().expect("a cell").is_some() {
        count += 1;
    }
    black_box(count);
}

/// The same table as Excel would save it: shared texts, each cell with its reference.
fn workbook(csv: &str) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let mut known = std::collections::HashMap::new();
    let (mut strings, mut rows) = (String::new(), String::new());
    for (row, record) in (1..).zip(reader.records()) {
        let _ = write!(rows, r#"<row r="{row}" spans="1:13">"#);
        for (column, text) in record
            .expect("CSV")
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
        {
            let next = known.len();
            let index = *known.entry(text.to_owned()).or_insert_with(|| {
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
                let _ = write!(strings, "<si><t>{escaped}</t></si>");
                next
            });
            let letter = char::from(b'A' + column as u8);
            let _ = write!(rows, r#"<c r="{letter}{row}" s="1" t="s"><v>{index}</v></c>"#);
        }
        rows.push_str("</row>");
    }
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{kinds}/{kind}" Target="{target}"/>"#)
    };
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    archive(&[
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{relations}">{}</Relationships>"#,
                relation("rId1", "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{relations}">{}{}{}</Relationships>"#,
                relation("rId1", "worksheet", "worksheets/sheet1.xml"),
                relation("rId2", "sharedStrings", "sharedStrings.xml"),
                relation("rId3", "styles", "styles.xml")
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{main}">{strings}</sst>"#),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ])
}

fn archive(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text.as_bytes()).expect("memory");
        let packed = packer.finish().expect("memory");
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let mut about = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        for number in [crc.sum(), packed.len() as u32, text.len() as u32, name.len() as u32] {
            about.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
    }
    let (start, count) = (bytes.len() as u32, (parts.len() as u16).to_le_bytes());
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// CPU time of this thread that a piece of work takes, in milliseconds; wall time where the system doesn't tell.
fn cpu_ms(mut work: impl FnMut()) -> f64 {
    let (start, wall) = (cpu_ns(), std::time::Instant::now());
    work();
    match (start, cpu_ns()) {
        (Some(start), Some(end)) => (end - start) as f64 / 1e6,
        _ => wall.elapsed().as_secs_f64() * 1e3,
    }
}

fn cpu_ns() -> Option<u64> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    times.split(' ').next()?.parse().ok()
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
