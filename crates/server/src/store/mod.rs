//! The store: one small `Db` over SQLite and PostgreSQL, one SQL text for both, one file per family of tables.
//!
//! SQL stands here and in `migrations/` only, and no rule about what a valid user is. What differs between the two
//! databases stands in `sqlite`, `postgres` and `bulk`, and nowhere else.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod audit_blocks;
pub(crate) mod bulk;
mod catalogs;
pub(crate) mod credentials;
pub(crate) mod directory;
pub(crate) mod group_counts;
pub(crate) mod groups;
pub(crate) mod idempotency;
pub(crate) mod integrations;
pub(crate) mod listing;
mod migrations;
pub(crate) mod new_groups;
pub(crate) mod notices;
pub(crate) mod numbers;
mod postgres;
pub(crate) mod sorted;
mod sqlite;
pub(crate) mod standings;
mod text;
pub(crate) mod tidy;
pub(crate) mod uploads;
pub(crate) mod users;
pub(crate) mod workspaces;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use bulk::{Bulk, Rows};
use catalogs::Catalogs;
pub(crate) use migrations::newest as newest_migration;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer, or a lock, took too long; trying again later helps.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// This transaction lost against another one; running it again helps at once.
    #[error("the transaction has to be run again: {0}")]
    Again(String),
    /// There is no space left.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The database is away, or its files can't be read or written.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database went away in the middle of a commit.
    #[error("whether the transaction was committed is not known: {0}")]
    Unsure(String),
    /// The database's files are damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A unique key is taken.
    #[error("taken already: {0}")]
    Taken(String),
    /// The database can't be used by this program.
    #[error("{0}")]
    Refused(String),
    /// A statement of ours is wrong, or a row is not what we wrote.
    #[error("unexpected answer of the database: {0}")]
    Unexpected(String),
}

/// What every function of the store gives.
pub type Stored<T> = Result<T, StoreError>;

/// A value in a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    /// A list for `keys($N)`, which is a table of one column, `value`.
    Keys(&'a [String]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl<'a> From<&'a [String]> for Value<'a> {
    fn from(keys: &'a [String]) -> Self {
        Self::Keys(keys)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Value<'_> {
    /// One that borrows nothing; `None` for a list.
    fn owned(&self) -> Option<Value<'static>> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(Cow::Owned(text.as_ref().to_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.as_ref().to_owned())),
            Self::Keys(_) => return None,
        })
    }

    /// Bytes that it takes, about.
    fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) | Self::Keys(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// One row of an answer, read by position from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// A text; an error when it is null.
    pub(crate) fn text(&self, at: usize) -> Stored<String> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    pub(crate) fn text_or_null(&self, at: usize) -> Stored<Option<String>> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    pub(crate) fn int(&self, at: usize) -> Stored<i64> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    pub(crate) fn int_or_null(&self, at: usize) -> Stored<Option<i64>> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    /// A count, which is never negative.
    pub(crate) fn count(&self, at: usize) -> Stored<u64> {
        self.int(at).map(|number| u64::try_from(number).unwrap_or_default())
    }

    pub(crate) fn flag(&self, at: usize) -> Stored<bool> {
        self.int(at).map(|number| number != 0)
    }

    /// Bytes; an error when it is null.
    pub(crate) fn bytes(&self, at: usize) -> Stored<Vec<u8>> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    pub(crate) fn bytes_or_null(&self, at: usize) -> Stored<Option<Vec<u8>>> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(Into::into),
            Self::Postgres(row) => row.try_get(at).map_err(Into::into),
        }
    }

    /// A JSON document that we wrote, if there is one.
    pub(crate) fn json_or_null<T: serde::de::DeserializeOwned>(&self, at: usize) -> Stored<Option<T>> {
        match self.text_or_null(at)? {
            Some(_) => self.json(at).map(Some),
            None => Ok(None),
        }
    }

    /// A JSON document that we wrote.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, at: usize) -> Stored<T> {
        let text = self.text(at)?;
        serde_json::from_str(&text).map_err(|error| StoreError::Unexpected(error.to_string()))
    }
}

/// A document as the store keeps it.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Unexpected(error.to_string()))
}

/// A database: `sqlite:PATH` or `postgres://…`.
#[derive(Debug)]
pub struct Db {
    kind: Kind,
    catalogs: Arc<Catalogs>,
}

#[derive(Debug)]
enum Kind {
    Sqlite(sqlite::Pool),
    Postgres(postgres::Pool),
}

impl Db {
    /// Opens a database and brings its tables up to date.
    ///
    /// # Errors
    /// An address that is neither, a database that can't be reached, that is damaged (looked for with `check`, SQLite
    /// only), or that a newer Passmuster wrote.
    pub async fn open(address: &str, check: bool) -> Stored<Self> {
        if let Some(path) = address.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            Ok(Self {
                kind: Kind::Sqlite(sqlite::Pool::open(path, check)?),
                catalogs: Arc::default(),
            })
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let catalogs = Arc::default();
            Ok(Self {
                kind: Kind::Postgres(postgres::Pool::open(address, Arc::clone(&catalogs)).await?),
                catalogs,
            })
        } else {
            Err(StoreError::Refused(
                "The database is neither sqlite:PATH nor postgres://USER@HOST/NAME.".to_owned(),
            ))
        }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &'static str {
        match &self.kind {
            Kind::Sqlite(_) => "SQLite",
            Kind::Postgres(_) => "PostgreSQL",
        }
    }

    fn tx(&self, held: Held) -> Tx {
        Tx {
            held,
            catalogs: Arc::clone(&self.catalogs),
            has_written: false,
            locked: None,
            kept: None,
        }
    }

    /// Looks for damage in the database's files; SQLite only, PostgreSQL has means of its own.
    pub(crate) async fn check(&self) -> Stored<()> {
        match &self.kind {
            Kind::Sqlite(pool) => pool.check(),
            Kind::Postgres(_) => Ok(()),
        }
    }

    /// For questions each of which is answered by itself, and at once: not one transaction, each sees the database as it
    /// stands when it is asked. Only for what an index finds.
    pub(crate) async fn glance(&self) -> Stored<Tx> {
        Ok(self.tx(match &self.kind {
            Kind::Sqlite(pool) => Held::Sqlite(pool.glance().await?),
            Kind::Postgres(pool) => Held::Postgres(pool.glance().await?),
        }))
    }

    /// Runs work that asks SQLite one thing after the other on one thread: handing this thread's other work to another one
    /// for each of them, and taking it back, takes longer than the answers. PostgreSQL is waited for like any peer.
    pub(crate) async fn on_one_thread<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.kind {
            Kind::Sqlite(_) => block_in_place(|| Handle::current().block_on(work)),
            Kind::Postgres(_) => work.await,
        }
    }

    /// A transaction that sees the database as it stands now and can't write.
    pub(crate) async fn read(&self) -> Stored<Tx> {
        Ok(self.tx(match &self.kind {
            Kind::Sqlite(pool) => Held::Sqlite(pool.read().await?),
            Kind::Postgres(pool) => Held::Postgres(pool.read().await?),
        }))
    }

    /// A transaction that writes. Dropped without [`Tx::commit`], it leaves nothing.
    pub(crate) async fn write(&self) -> Stored<Tx> {
        Ok(self.tx(match &self.kind {
            Kind::Sqlite(pool) => Held::Sqlite(pool.write().await?),
            Kind::Postgres(pool) => Held::Postgres(pool.write().await?),
        }))
    }
}

/// A transaction.
pub(crate) struct Tx {
    held: Held,
    catalogs: Arc<Catalogs>,
    has_written: bool,
    /// The workspace whose lock it has, and the version of its directory then.
    locked: Option<(String, i64)>,
    /// The workspace whose catalog stays what it is, and the version that it has once this is committed.
    kept: Option<(String, i64)>,
}

enum Held {
    Sqlite(sqlite::Transaction),
    Postgres(postgres::Transaction),
}

/// A statement that asks, and its values.
pub(crate) type Question<'q> = (&'static str, &'q [Value<'q>]);

impl Tx {
    /// All rows of an answer, each read by `read`.
    pub(crate) async fn rows<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Stored<T> + Send,
    ) -> Stored<Vec<T>> {
        let mut all = Vec::new();
        self.ask(&[(sql, values)], |_, row| {
            all.push(read(row)?);
            Ok(())
        })
        .await?;
        Ok(all)
    }

    /// Asks several questions at once, none of which depends on another's answer; `read` is told which question each row
    /// answers, from 0.
    pub(crate) async fn ask(
        &mut self,
        questions: &[Question<'_>],
        read: impl FnMut(usize, &Row<'_>) -> Stored<()> + Send,
    ) -> Stored<()> {
        match &mut self.held {
            Held::Sqlite(transaction) => transaction.ask(questions, read),
            Held::Postgres(transaction) => transaction.ask(questions, read).await,
        }
    }

    /// The first row of an answer, if there is one.
    pub(crate) async fn row<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Stored<T> + Send,
    ) -> Stored<Option<T>> {
        Ok(self.rows(sql, values, read).await?.into_iter().next())
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<u64> {
        self.has_written = true;
        match &mut self.held {
            Held::Sqlite(transaction) => transaction.execute(sql, values),
            Held::Postgres(transaction) => transaction.execute(sql, values).await,
        }
    }

    /// Runs a statement that touches what it touches. What is wrong with it may be told by a later call, at the latest
    /// when what was written is made durable.
    pub(crate) async fn put(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<()> {
        self.has_written = true;
        match &mut self.held {
            Held::Sqlite(transaction) => transaction.execute(sql, values).map(drop),
            Held::Postgres(transaction) => transaction.put(sql, values).await,
        }
    }

    /// Writes many rows of one workspace at once.
    pub(crate) async fn write(&mut self, bulk: &'static Bulk, workspace: &str, rows: &Rows<'_>) -> Stored<()> {
        self.write_all(workspace, &[(bulk, rows)]).await
    }

    /// Writes rows of several tables of one workspace, in this order, without waiting between them.
    pub(crate) async fn write_all(&mut self, workspace: &str, parts: &[(&'static Bulk, &Rows<'_>)]) -> Stored<()> {
        let parts: Vec<_> = parts.iter().copied().filter(|(_, rows)| !rows.is_empty()).collect();
        if parts.is_empty() {
            return Ok(());
        }
        self.has_written = true;
        let begin = Instant::now();
        match &mut self.held {
            Held::Sqlite(transaction) => transaction.write(workspace, &parts)?,
            Held::Postgres(transaction) => transaction.write(workspace, &parts).await?,
        }
        let ms = begin.elapsed().as_millis();
        for (bulk, rows) in parts {
            tracing::debug!(bulk = bulk.name(), rows = rows.len(), ms, "written");
        }
        Ok(())
    }

    /// Says that the change of this version leaves groups and definitions alone.
    fn keep_catalog(&mut self, workspace: &str, version: i64) {
        self.kept = Some((workspace.to_owned(), version));
    }

    /// Makes what was written durable.
    pub(crate) async fn commit(self) -> Stored<()> {
        match self.held {
            Held::Sqlite(transaction) => transaction.commit()?,
            Held::Postgres(transaction) => transaction.commit().await?,
        }
        if let Some((workspace, version)) = self.kept {
            self.catalogs.carry_on(&workspace, version);
        }
        Ok(())
    }
}
