//! Writing many rows at once, in each database's own quick way.
//!
//! SQLite: one prepared statement, run for each row inside the transaction. PostgreSQL: COPY for new rows, else arrays of
//! columns and one statement, because row by row costs ten times as much there.

use super::Value;

/// What is done with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Insert,
    /// Sets the other columns where the key is there.
    Update,
    Delete,
}

/// A column with its type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    Text(&'static str),
    Int(&'static str),
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Int(name) => name,
        }
    }

    fn array(self) -> &'static str {
        match self {
            Self::Text(_) => "text[]",
            Self::Int(_) => "bigint[]",
        }
    }
}

/// A statement over many rows of one table and one workspace; a row is its key, then what is set.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) verb: Verb,
    pub(crate) table: &'static str,
    /// The key, without `workspace_id`, which is always its first part.
    pub(crate) key: &'static [Column],
    pub(crate) set: &'static [Column],
}

impl Bulk {
    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        self.key.iter().chain(self.set).copied()
    }

    pub(super) fn width(&self) -> usize {
        self.key.len() + self.set.len()
    }

    /// A name for the statement, unique among ours.
    pub(super) fn name(&self) -> String {
        let mut name = format!("{:?} {}", self.verb, self.table);
        for column in self.columns() {
            name.push(' ');
            name.push_str(column.name());
        }
        name
    }

    /// The statement for one row: `?1` is the workspace, then the row's cells.
    pub(super) fn for_sqlite(&self) -> String {
        let numbered = |columns: &[Column], from: usize, between: &str| {
            let parts = columns
                .iter()
                .enumerate()
                .map(|(at, column)| format!("{} = ?{}", column.name(), from + at));
            parts.collect::<Vec<_>>().join(between)
        };
        let (table, key) = (self.table, numbered(self.key, 2, " AND "));
        match self.verb {
            Verb::Insert => {
                let values: Vec<String> = (0..=self.width()).map(|at| format!("?{}", at + 1)).collect();
                format!("{} VALUES ({})", self.head_of_insert(), values.join(", "))
            }
            Verb::Update => {
                let set = numbered(self.set, 2 + self.key.len(), ", ");
                format!("UPDATE {table} SET {set} WHERE workspace_id = ?1 AND {key}")
            }
            Verb::Delete => format!("DELETE FROM {table} WHERE workspace_id = ?1 AND {key}"),
        }
    }

    /// The statement for all rows: `$1` is the workspace, then one array a column.
    pub(super) fn for_postgres(&self) -> String {
        let table = self.table;
        let arrays: Vec<String> = self
            .columns()
            .enumerate()
            .map(|(at, column)| format!("${}::{}", at + 2, column.array()))
            .collect();
        let names: Vec<&str> = self.columns().map(Column::name).collect();
        let rows = format!("unnest({}) AS r({})", arrays.join(", "), names.join(", "));
        let key: Vec<String> = self
            .key
            .iter()
            .map(|column| format!("t.{0} = r.{0}", column.name()))
            .collect();
        let key = key.join(" AND ");
        match self.verb {
            Verb::Insert => format!("{} SELECT $1::text, r.* FROM {rows}", self.head_of_insert()),
            Verb::Update => {
                let set: Vec<String> = self
                    .set
                    .iter()
                    .map(|column| format!("{0} = r.{0}", column.name()))
                    .collect();
                format!(
                    "UPDATE {table} AS t SET {} FROM {rows} WHERE t.workspace_id = $1 AND {key}",
                    set.join(", ")
                )
            }
            Verb::Delete => format!("DELETE FROM {table} AS t USING {rows} WHERE t.workspace_id = $1 AND {key}"),
        }
    }

    /// The statement that takes new rows as they are, in PostgreSQL's binary writing; the workspace comes first.
    pub(super) fn for_copy(&self) -> String {
        let names: Vec<&str> = self.columns().map(Column::name).collect();
        format!(
            "COPY {} (workspace_id, {}) FROM STDIN BINARY",
            self.table,
            names.join(", ")
        )
    }

    fn head_of_insert(&self) -> String {
        let names: Vec<&str> = self.columns().map(Column::name).collect();
        format!("INSERT INTO {} (workspace_id, {})", self.table, names.join(", "))
    }
}

/// Rows for a [`Bulk`], cell after cell.
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    width: usize,
    cells: Vec<Value<'a>>,
}

impl<'a> Rows<'a> {
    /// No rows yet, for this statement.
    pub(crate) fn of(bulk: &Bulk) -> Self {
        Self {
            width: bulk.width(),
            cells: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn push<const N: usize>(&mut self, cells: [Value<'a>; N]) {
        debug_assert_eq!(N, self.width, "a row has as many cells as its statement has columns");
        self.cells.extend(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    /// Forgets the rows, keeps the space.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
    }

    pub(super) fn iter(&self) -> std::slice::ChunksExact<'_, Value<'a>> {
        self.cells.chunks_exact(self.width)
    }

    /// At most `limit` rows at a time.
    pub(super) fn parts(&self, limit: usize) -> impl Iterator<Item = &[Value<'a>]> {
        self.cells.chunks(self.width * limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ZONES: Bulk = Bulk {
        verb: Verb::Update,
        table: "users",
        key: &[Column::Text("id")],
        set: &[Column::Text("time_zone"), Column::Int("updated_at")],
    };

    #[test]
    fn an_update_names_its_key_and_its_columns() {
        assert_eq!(
            ZONES.for_sqlite(),
            "UPDATE users SET time_zone = ?3, updated_at = ?4 WHERE workspace_id = ?1 AND id = ?2"
        );
        assert_eq!(
            ZONES.for_postgres(),
            "UPDATE users AS t SET time_zone = r.time_zone, updated_at = r.updated_at FROM \
             unnest($2::text[], $3::text[], $4::bigint[]) AS r(id, time_zone, updated_at) \
             WHERE t.workspace_id = $1 AND t.id = r.id"
        );
    }
}
