//! People as files: CSV, and JSON as a list of flat objects.

use std::convert::Infallible;
use std::io::{self, Write};

use crate::fault::Manifest;
use crate::people::People;

impl People {
    /// Writes them as CSV, with 2 % of the cells quoted and lines that end with a line feed; gives back what a checker
    /// has to find.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write_csv(&self, mut to: impl Write) -> io::Result<Manifest> {
        let headers: Vec<&str> = self.profile().columns().iter().map(|column| column.header()).collect();
        let mut line = headers.join(",");
        line.push('\n');
        to.write_all(line.as_bytes())?;
        self.each(|row| {
            line.clear();
            for (at, cell) in row.cells.iter().enumerate() {
                if at > 0 {
                    line.push(',');
                }
                if row.quoted == Some(at) || cell.contains([',', '"']) {
                    line.push('"');
                    line.push_str(&cell.replace('"', "\"\""));
                    line.push('"');
                } else {
                    line.push_str(cell);
                }
            }
            line.push('\n');
            to.write_all(line.as_bytes())
        })
    }

    /// Writes them as JSON: a list of objects, one a line; gives back what a checker has to find.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write_json(&self, mut to: impl Write) -> io::Result<Manifest> {
        let columns = self.profile().columns();
        let mut line = String::new();
        let mut is_first = true;
        let manifest = self.each(|row| {
            line.clear();
            line.push_str(if is_first { "[" } else { ",\n" });
            is_first = false;
            for (at, (column, cell)) in columns.iter().zip(&row.cells).enumerate() {
                line.push_str(if at == 0 { "{\"" } else { ",\"" });
                line.push_str(column.header());
                line.push_str("\":");
                match cell.as_str() {
                    "True" if column.is_boolean() => line.push_str("true"),
                    "False" if column.is_boolean() => line.push_str("false"),
                    _ => {
                        line.push('"');
                        line.push_str(&cell.replace('\\', "\\\\").replace('"', "\\\""));
                        line.push('"');
                    }
                }
            }
            line.push('}');
            to.write_all(line.as_bytes())
        })?;
        to.write_all(if is_first { b"[]\n" } else { b"]\n" })?;
        Ok(manifest)
    }

    /// The CSV in memory.
    pub fn csv(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_csv(&mut bytes).expect("memory takes what is written");
        bytes
    }

    /// The JSON in memory.
    pub fn json(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_json(&mut bytes).expect("memory takes what is written");
        bytes
    }

    /// What a checker has to find in a file of them.
    pub fn manifest(&self) -> Manifest {
        let Ok(manifest) = self.each(|_| Ok::<(), Infallible>(()));
        manifest
    }
}
