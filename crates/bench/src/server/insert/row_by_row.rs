//! The same rows into PostgreSQL one by one: one connection, one transaction, a prepared INSERT for each table.
//!
//! The plain way to store rows, which loading in bulk is held against; not a slow one made up for it.

use std::error::Error;
use std::fs;
use std::path::Path;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls};

use super::DIRECTORY;

/// A cell as the statement takes it.
type Cell = Box<dyn ToSql + Sync>;

/// Stores what the files of `COPY` hold, of each of the directory's tables.
pub(in crate::server) fn insert(
    port: u16,
    database: &str,
    file: impl Fn(&str) -> std::path::PathBuf,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut config = Config::new();
        config.host("127.0.0.1").port(port).user("postgres").dbname(database);
        let (client, connection) = config.connect(NoTls).await?;
        let connected = tokio::spawn(connection);
        client.batch_execute("BEGIN").await?;
        for table in DIRECTORY {
            insert_into(&client, table, &file(table)).await?;
        }
        client.batch_execute("COMMIT").await?;
        drop(client);
        Ok(connected.await??)
    })
}

async fn insert_into(client: &Client, table: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let width = text.lines().next().map_or(0, |line| line.split('\t').count());
    if width == 0 {
        return Ok(());
    }
    let places: Vec<String> = (1..=width).map(|at| format!("${at}")).collect();
    let sql = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
    let statement = client.prepare(&sql).await?;
    for line in text.lines() {
        let cells = line.split('\t').zip(statement.params());
        let cells: Vec<Cell> = cells.map(|(cell, kind)| read(cell, kind)).collect::<Result<_, _>>()?;
        let cells: Vec<&(dyn ToSql + Sync)> = cells.iter().map(AsRef::as_ref).collect();
        client.execute(&statement, &cells).await?;
    }
    Ok(())
}

/// A cell of `COPY`'s text format.
// https://www.postgresql.org/docs/current/sql-copy.html
fn read(cell: &str, kind: &Type) -> Result<Cell, Box<dyn Error>> {
    let text = (cell != "\\N").then(|| cell.replace("\\n", "\n").replace("\\\\", "\\"));
    Ok(match *kind {
        Type::INT8 => Box::new(text.map(|text| text.parse::<i64>()).transpose()?),
        _ => Box::new(text),
    })
}
