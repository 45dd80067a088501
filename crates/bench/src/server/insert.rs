//! What storing the same rows takes at least on SQLite: prepared statements in one transaction, and nothing else.
//!
//! The schema and the rows are those of a directory that the server has filled; the settings are the server's.

use std::error::Error;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use crate::clock::thread_ms;

pub(super) mod row_by_row;

/// The tables that an upload fills with what it says; not those that tell of the upload.
pub(crate) const DIRECTORY: [&str; 4] = ["users", "groups", "group_managers", "user_integration_ids"];

/// A schema, and rows by table.
pub(crate) struct Filled {
    schema: Vec<String>,
    tables: Vec<(String, Vec<Vec<Value>>)>,
}

impl Filled {
    /// What is in a server's database, which may be running.
    pub(crate) fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = connection.prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
        )?;
        let schema = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut tables = Vec::new();
        for table in DIRECTORY {
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
            let columns = statement.column_count();
            let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect())?;
            tables.push((table.to_owned(), rows.collect::<Result<_, _>>()?));
        }
        Ok(Self { schema, tables })
    }

    /// A table of 13 columns with one unique index, and the rows of a file.
    pub(crate) fn flat(people: &passmuster_bench::People) -> Result<Self, Box<dyn Error>> {
        let columns: Vec<String> = (0..13).map(|at| format!("c{at} TEXT NOT NULL")).collect();
        let mut rows = Vec::new();
        people.each(|row| {
            rows.push(row.cells.iter().cloned().map(Value::Text).collect());
            Ok::<(), Box<dyn Error>>(())
        })?;
        Ok(Self {
            schema: vec![
                format!("CREATE TABLE people ({})", columns.join(", ")),
                "CREATE UNIQUE INDEX people_by_email ON people (c2)".to_owned(),
            ],
            tables: vec![("people".to_owned(), rows)],
        })
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.tables.iter().map(|(_, rows)| rows.len()).sum()
    }

    /// CPU milliseconds from the begin to the end of the commit, into a new file.
    pub(crate) fn insert(&self) -> Result<f64, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("insert").tempdir_in(crate::target())?;
        let mut connection = Connection::open(folder.path().join("base.db"))?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -16 * 1024)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.execute_batch(&self.schema.join(";\n"))?;
        let start = thread_ms();
        let transaction = connection.transaction()?;
        for (table, rows) in &self.tables {
            let places = vec!["?"; rows.first().map_or(0, Vec::len)].join(",");
            if rows.is_empty() {
                continue;
            }
            let mut statement = transaction.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
        }
        transaction.commit()?;
        Ok(thread_ms() - start)
    }
}
