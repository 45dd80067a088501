//! SQLite: one connection that writes, behind an async mutex, and a few that read.
//!
//! WAL with `synchronous=FULL`: what was committed survives a power cut. Calls run inside `block_in_place`.

use std::rc::Rc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};
use std::time::Duration;

use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::task::{block_in_place, spawn_blocking};

use super::bulk::{Bulk, Rows};
use super::text::{Texts, for_sqlite};
use super::{Question, Row, StoreError, Stored, Value, migrations};

/// Connections that read at the same time.
const READERS: usize = 4;
/// How long a statement waits for another process, such as a command beside the server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a transaction waits for its turn in this process.
const TURN_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection that can't write.
const READ_ONLY: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
/// From so many pages in the log on, it is taken into the file.
const LOG_PAGES: i32 = 4000;
/// The page cache of the connection that writes, in KiB.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
/// That of each one that reads; the system's own cache is behind it.
const READER_CACHE_KIB: i64 = 4 * 1024;

pub(super) struct Pool {
    path: String,
    // Closed before the writer: only the last connection takes the log into the file, and a reader can't.
    readers: Arc<Readers>,
    writer: Arc<Mutex<Writer>>,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool(SQLite)")
    }
}

struct Writer {
    connection: Connection,
    /// A commit failed after its pages may have reached the log: a start after a crash could find them there, whole,
    /// though this process goes on without them.
    is_doubtful: bool,
    /// How many pages the log had after the last commit.
    log_pages: Arc<AtomicI32>,
}

impl Writer {
    /// Empties the log of all that was not acknowledged, before anything is written behind it.
    fn settle(&mut self) -> Stored<()> {
        if !self.is_doubtful {
            return Ok(());
        }
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = self.connection.query_row(sql, [], |row| row.get(0))?;
        if is_busy {
            return Err(StoreError::Busy(
                "readers keep the log after a failed commit".to_owned(),
            ));
        }
        self.is_doubtful = false;
        Ok(())
    }

    /// Takes the log into the file, as far as nobody reads it. Nothing depends on it: the log is durable.
    fn checkpoint(&self) {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        if let Err(error) = self.connection.query_row(sql, [], |_| Ok(())) {
            tracing::debug!(%error, "the log could not be taken into the file");
        }
    }
}

struct Readers {
    idle: BlockingMutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn open(path: &str, check: bool) -> Stored<Self> {
        block_in_place(|| {
            inspect(path, check)?;
            let mut writer = connect(path, OpenFlags::default())?;
            migrations::run_on_sqlite(&mut writer)?;
            // In place of SQLite's own, which makes whoever commits wait while a large log is copied.
            let log_pages = Arc::new(AtomicI32::new(0));
            let told = Arc::clone(&log_pages);
            writer.wal_hook(Some(move |_: &mut Wal, pages| {
                told.store(pages, Ordering::Relaxed);
                Ok(())
            }))?;
            let readers = (0..READERS)
                .map(|_| connect(path, READ_ONLY))
                .collect::<Stored<Vec<_>>>()?;
            Ok(Self {
                path: path.to_owned(),
                writer: Arc::new(Mutex::new(Writer {
                    connection: writer,
                    is_doubtful: false,
                    log_pages,
                })),
                readers: Arc::new(Readers {
                    idle: BlockingMutex::new(readers),
                    free: Arc::new(Semaphore::new(READERS)),
                }),
                texts: Arc::default(),
            })
        })
    }

    /// Looks for damage with a new connection: one that has read before would look at what it remembers.
    pub(super) fn check(&self) -> Stored<()> {
        block_in_place(|| quick_check(&connect(&self.path, READ_ONLY)?))
    }

    pub(super) async fn read(&self) -> Stored<Transaction> {
        Transaction::begin(self.reader().await?, Arc::clone(&self.texts), "BEGIN")
    }

    pub(super) async fn glance(&self) -> Stored<Transaction> {
        Ok(Transaction {
            held: self.reader().await?,
            texts: Arc::clone(&self.texts),
            is_open: false,
            is_glance: true,
        })
    }

    async fn reader(&self) -> Stored<Held> {
        let turn = Arc::clone(&self.readers.free).acquire_owned();
        let permit = match tokio::time::timeout(TURN_TIMEOUT, turn).await {
            Ok(Ok(permit)) => permit,
            _ => return Err(StoreError::Busy("all readers are taken".to_owned())),
        };
        let connection = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = connection.ok_or_else(|| StoreError::Unexpected("a permit without a reader".to_owned()))?;
        Ok(Held::Reader {
            connection: Some(connection),
            readers: Arc::clone(&self.readers),
            _permit: permit,
        })
    }

    pub(super) async fn write(&self) -> Stored<Transaction> {
        let turn = Arc::clone(&self.writer).lock_owned();
        let guard = tokio::time::timeout(TURN_TIMEOUT, turn).await;
        let mut guard = guard.map_err(|_| StoreError::Busy("another transaction is being written".to_owned()))?;
        block_in_place(|| guard.settle())?;
        Transaction::begin(Held::Writer(guard), Arc::clone(&self.texts), "BEGIN IMMEDIATE")
    }
}

/// Looks at a file before anything of it is changed: a refused one stays as it is.
fn inspect(path: &str, check: bool) -> Stored<()> {
    let size = |path: &str| std::fs::metadata(path).map_or(0, |file| file.len());
    if size(path) == 0 {
        // SQLite would take it for a new database, and remove the log.
        return if size(&format!("{path}-wal")) == 0 {
            Ok(())
        } else {
            Err(StoreError::Damaged(format!("{path} is empty, but {path}-wal is not")))
        };
    }
    // A kill while the file was being made leaves a journal, which only a writer can take back.
    let is_half_made = size(&format!("{path}-journal")) > 0;
    let connection = connect(path, if is_half_made { OpenFlags::default() } else { READ_ONLY })?;
    let count = |sql| connection.query_row::<i64, _, _>(sql, [], |row| row.get(0));
    if count("SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'")? == 0
        && count("SELECT count(*) FROM sqlite_schema")? != 0
    {
        return Err(StoreError::Refused(format!(
            "{path} is the database of another program. Name another file."
        )));
    }
    if check {
        quick_check(&connection)?;
    }
    Ok(())
}

fn connect(path: &str, flags: OpenFlags) -> Stored<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let is_reader = flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY);
    let cache = if is_reader { READER_CACHE_KIB } else { WRITER_CACHE_KIB };
    connection.pragma_update(None, "cache_size", -cache)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    if !is_reader {
        // Answers with a row, the mode that is set now.
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    }
    rusqlite::vtab::array::load_module(&connection)?;
    // SQLite's own knows ASCII only.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("lower", 1, flags, |call| {
        Ok(call.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?;
    Ok(connection)
}

fn quick_check(connection: &Connection) -> Stored<()> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged(verdict))
    }
}

enum Held {
    Writer(OwnedMutexGuard<Writer>),
    Reader {
        connection: Option<Connection>,
        readers: Arc<Readers>,
        _permit: OwnedSemaphorePermit,
    },
    /// Was handed on.
    Nothing,
}

impl Held {
    fn connection(&self) -> Stored<&Connection> {
        match self {
            Self::Writer(writer) => Ok(&writer.connection),
            Self::Reader { connection, .. } => connection
                .as_ref()
                .ok_or_else(|| StoreError::Unexpected("a reader that is given back".to_owned())),
            Self::Nothing => Err(StoreError::Unexpected("a connection that was handed on".to_owned())),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Self::Reader {
            connection, readers, ..
        } = self
            && let Some(connection) = connection.take()
        {
            readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}

pub(super) struct Transaction {
    held: Held,
    texts: Arc<Texts>,
    is_open: bool,
    /// Asks for what an index finds: that takes less than having another thread do this one's other work meanwhile.
    is_glance: bool,
}

impl Transaction {
    fn begin(held: Held, texts: Arc<Texts>, begin: &str) -> Stored<Self> {
        block_in_place(|| {
            held.connection()?
                .prepare_cached(begin)?
                .raw_execute()
                .map_err(StoreError::from)
        })?;
        Ok(Self {
            held,
            texts,
            is_open: true,
            is_glance: false,
        })
    }

    pub(super) fn ask(
        &mut self,
        questions: &[Question<'_>],
        mut read: impl FnMut(usize, &Row<'_>) -> Stored<()>,
    ) -> Stored<()> {
        let connection = self.held.connection()?;
        let mut answer = || {
            for (at, (sql, values)) in questions.iter().enumerate() {
                let sql = self.texts.get(sql, for_sqlite);
                let mut statement = connection.prepare_cached(&sql)?;
                bind(&mut statement, values)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next()? {
                    read(at, &Row::Sqlite(row))?;
                }
            }
            Ok(())
        };
        if self.is_glance {
            answer()
        } else {
            block_in_place(answer)
        }
    }

    pub(super) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<u64> {
        let connection = self.held.connection()?;
        let sql = self.texts.get(sql, for_sqlite);
        block_in_place(|| {
            let mut statement = connection.prepare_cached(&sql)?;
            bind(&mut statement, values)?;
            Ok(statement.raw_execute()? as u64)
        })
    }

    pub(super) fn write(&mut self, workspace: &str, parts: &[(&'static Bulk, &Rows<'_>)]) -> Stored<()> {
        let connection = self.held.connection()?;
        block_in_place(|| {
            for (bulk, rows) in parts {
                let sql = self.texts.get_or(bulk.name(), || bulk.for_sqlite());
                let mut statement = connection.prepare_cached(&sql)?;
                statement.raw_bind_parameter(1, workspace)?;
                for row in rows.iter() {
                    for (at, cell) in row.iter().enumerate() {
                        statement.raw_bind_parameter(at + 2, Bound(cell))?;
                    }
                    statement.raw_execute()?;
                }
            }
            Ok(())
        })
    }

    pub(super) fn commit(mut self) -> Stored<()> {
        let done = block_in_place(|| {
            let done = self.held.connection()?.prepare_cached("COMMIT")?.raw_execute();
            done.map_err(StoreError::from)
        });
        self.is_open = done.is_err();
        match done {
            Ok(_) => {
                self.checkpoint_later();
                Ok(())
            }
            // A full disk took less than the whole: nothing of it counts. What failed in another way may be there.
            Err(StoreError::Unavailable(text)) => Err(self.give_up(text)),
            Err(other) => Err(other),
        }
    }

    /// Takes a long log into the file once whoever committed has their answer; the next writer waits for it.
    fn checkpoint_later(&mut self) {
        let Held::Writer(writer) = &self.held else { return };
        if writer.log_pages.swap(0, Ordering::Relaxed) < LOG_PAGES {
            return;
        }
        let held = std::mem::replace(&mut self.held, Held::Nothing);
        drop(spawn_blocking(move || {
            if let Held::Writer(writer) = &held {
                writer.checkpoint();
            }
        }));
    }

    /// After a commit that failed half-way: makes sure that it is gone, or says that this is not known.
    fn give_up(mut self, text: String) -> StoreError {
        self.roll_back();
        let Held::Writer(writer) = &mut self.held else {
            return StoreError::Unavailable(text);
        };
        writer.is_doubtful = true;
        match block_in_place(|| writer.settle()) {
            Ok(()) => StoreError::Unavailable(text),
            Err(error) => StoreError::Unsure(format!("{text}; then {error}")),
        }
    }

    fn roll_back(&mut self) {
        if !std::mem::take(&mut self.is_open) {
            return;
        }
        let Ok(connection) = self.held.connection() else { return };
        // SQLite itself may have rolled back, after a full disk for one.
        if !connection.is_autocommit()
            && let Err(error) = connection
                .prepare_cached("ROLLBACK")
                .and_then(|mut end| end.raw_execute())
        {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.roll_back();
    }
}

struct Bound<'a>(&'a Value<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            // A list is bound by `bind`, and is never a cell.
            Value::Null | Value::Keys(_) => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes.as_ref()),
        }))
    }
}

fn bind(statement: &mut CachedStatement<'_>, values: &[Value<'_>]) -> Stored<()> {
    for (at, value) in values.iter().enumerate() {
        if let Value::Keys(keys) = value {
            let keys: Vec<rusqlite::types::Value> = keys.iter().cloned().map(Into::into).collect();
            statement.raw_bind_parameter(at + 1, Rc::new(keys))?;
        } else {
            statement.raw_bind_parameter(at + 1, Bound(value))?;
        }
    }
    Ok(())
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(text),
            Some(ErrorCode::DiskFull) => Self::Full(text),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(text),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::OutOfMemory) => {
                Self::Unavailable(text)
            }
            Some(ErrorCode::ConstraintViolation) => Self::Taken(text),
            _ => Self::Unexpected(text),
        }
    }
}
