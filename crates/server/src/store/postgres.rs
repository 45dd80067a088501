//! PostgreSQL: a pool of connections, bulk writes as arrays, new rows by COPY.

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime, TimeoutType};
use futures_util::future::{try_join, try_join_all};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Statement};

use super::bulk::{Bulk, Column, Rows, Verb};
use super::catalogs::Catalogs;
use super::text::{Texts, for_postgres};
use super::{Question, Row, StoreError, Stored, Value, migrations};
use cells::{Array, parameters};

mod cells;

/// Connections, at most.
const CONNECTIONS: usize = 16;
/// Those of them that may write: who only looks at something never waits for those who write.
const WRITERS: usize = 10;
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection may be silent before it is asked whether it is still there, and how long for its answer.
const SILENCE: Duration = Duration::from_secs(30);
/// For a statement's answer; longer than any waits for a lock.
const ANSWER: Duration = Duration::from_secs(60);
/// Rows in one statement.
const ROWS: usize = 10_000;
/// From so many new rows on, they are copied in.
const COPIED_ROWS: usize = 1000;
/// Statements that are sent before the answer to the first of them is waited for.
const AT_ONCE: usize = 16;
/// Bytes of a statement that waits to be sent with the next one, at most.
const SENT_LATER: usize = 64 * 1024;

/// Sees the database as it stands now and can't write.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Writes under row locks; one that waits longer than this is told to come back.
const WRITE: &str = "BEGIN; SET LOCAL lock_timeout = '30s'";

pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    writers: Arc<Semaphore>,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool(PostgreSQL)")
    }
}

impl Pool {
    pub(super) async fn open(address: &str, catalogs: Arc<Catalogs>) -> Stored<Self> {
        let mut settings: tokio_postgres::Config = address
            .parse()
            .map_err(|error: tokio_postgres::Error| StoreError::Refused(format!("The database's address: {error}.")))?;
        settings.application_name("passmuster");
        if settings.get_connect_timeout().is_none() {
            settings.connect_timeout(PATIENCE);
        }
        if settings.get_tcp_user_timeout().is_none() {
            settings.tcp_user_timeout(SILENCE);
        }
        settings.keepalives_idle(settings.get_keepalives_idle().min(SILENCE));
        let manager = Manager::from_config(
            settings,
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let connections = deadpool_postgres::Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .post_create(Hook::sync_fn(move |_, _| {
                catalogs.forget();
                Ok(())
            }))
            .build()
            .map_err(|error| StoreError::Refused(error.to_string()))?;
        let mut connection = connections.get().await?;
        migrations::run_on_postgres(&mut connection).await?;
        drop(connection);
        Ok(Self {
            connections,
            writers: Arc::new(Semaphore::new(WRITERS)),
            texts: Arc::default(),
        })
    }

    pub(super) async fn glance(&self) -> Stored<Transaction> {
        Ok(Transaction {
            connection: Some(self.connections.get().await?),
            is_begun: false,
            unsent: Vec::new(),
            anew: Some(self.connections.clone()),
            texts: Arc::clone(&self.texts),
            _writer: None,
        })
    }

    pub(super) async fn read(&self) -> Stored<Transaction> {
        self.begin(SNAPSHOT, None).await
    }

    pub(super) async fn write(&self) -> Stored<Transaction> {
        let writer = Arc::clone(&self.writers).acquire_owned();
        match tokio::time::timeout(PATIENCE, writer).await {
            Ok(Ok(writer)) => self.begin(WRITE, Some(writer)).await,
            _ => Err(StoreError::Busy("no connection that writes is free".to_owned())),
        }
    }

    async fn begin(&self, begin: &str, writer: Option<OwnedSemaphorePermit>) -> Stored<Transaction> {
        // After a restart of the database each idle connection is a dead one; the first of them tells.
        for _ in 0..CONNECTIONS {
            let connection = self.connections.get().await?;
            match in_time(connection.batch_execute(begin)).await {
                Ok(()) => {
                    return Ok(Transaction {
                        connection: Some(connection),
                        is_begun: true,
                        unsent: Vec::new(),
                        anew: None,
                        texts: Arc::clone(&self.texts),
                        _writer: writer,
                    });
                }
                Err(error) => {
                    let is_closed = connection.is_closed();
                    drop(Object::take(connection));
                    if !is_closed {
                        return Err(error);
                    }
                }
            }
        }
        Err(StoreError::Unavailable("every connection was closed".to_owned()))
    }
}

/// Waits for an answer, but not for ever: a database may fall silent without a word.
async fn in_time<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Stored<T> {
    match tokio::time::timeout(ANSWER, answer).await {
        Ok(answer) => answer.map_err(StoreError::from),
        Err(_) => Err(StoreError::Unavailable(format!(
            "no answer for {} seconds",
            ANSWER.as_secs()
        ))),
    }
}

pub(super) struct Transaction {
    connection: Option<Object>,
    /// Whether there is something to end.
    is_begun: bool,
    /// What is sent before anything else, together with it.
    unsent: Vec<(Statement, Vec<Value<'static>>)>,
    /// Where another connection comes from when this one turns out to be dead and nothing was begun on it.
    anew: Option<deadpool_postgres::Pool>,
    texts: Arc<Texts>,
    _writer: Option<OwnedSemaphorePermit>,
}

impl Transaction {
    fn connection(&self) -> Stored<&Object> {
        self.connection
            .as_ref()
            .ok_or_else(|| StoreError::Unexpected("a connection that is given back".to_owned()))
    }

    pub(super) async fn ask(
        &mut self,
        questions: &[Question<'_>],
        mut read: impl FnMut(usize, &Row<'_>) -> Stored<()>,
    ) -> Stored<()> {
        let mut tries = 0;
        let answers = loop {
            match self.answers(questions).await {
                Ok(answers) => break answers,
                // After a restart of the database each idle connection is a dead one.
                Err(error) => match &self.anew {
                    Some(pool) if tries < CONNECTIONS && self.connection()?.is_closed() => {
                        self.connection.take().map(Object::take);
                        self.connection = Some(pool.get().await?);
                        tries += 1;
                    }
                    _ => return Err(error),
                },
            }
        };
        for (at, rows) in answers.iter().enumerate() {
            for row in rows {
                read(at, &Row::Postgres(row))?;
            }
        }
        Ok(())
    }

    async fn answers(&mut self, questions: &[Question<'_>]) -> Stored<Vec<Vec<tokio_postgres::Row>>> {
        let unsent = std::mem::take(&mut self.unsent);
        let connection = self.connection()?;
        let answers = async {
            let mut prepared = Vec::with_capacity(questions.len());
            for (sql, values) in questions {
                let statement = connection.prepare_cached(&self.texts.get(sql, for_postgres)).await?;
                prepared.push((statement, parameters(values)));
            }
            let sent = send_before(connection, &unsent);
            let answers = async {
                let mut all = Vec::with_capacity(questions.len());
                for some in prepared.chunks(AT_ONCE) {
                    // Each is sent when it is first asked for its answer: in this order, before any answer came.
                    let some = some
                        .iter()
                        .map(|(statement, values)| connection.query(statement, values));
                    all.extend(try_join_all(some).await?);
                }
                Ok(all)
            };
            Ok(try_join(sent, answers).await?.1)
        };
        in_time(answers).await
    }

    pub(super) async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<u64> {
        let unsent = std::mem::take(&mut self.unsent);
        let connection = self.connection()?;
        let sql = self.texts.get(sql, for_postgres);
        let answer = async {
            let statement = connection.prepare_cached(&sql).await?;
            let values = parameters(values);
            let executed = connection.execute(&statement, &values);
            Ok(try_join(send_before(connection, &unsent), executed).await?.1)
        };
        in_time(answer).await
    }

    /// Keeps a small statement until the next one is sent, or the transaction is committed.
    pub(super) async fn put(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<()> {
        let size: usize = values.iter().map(Value::size).sum();
        let owned: Option<Vec<_>> = values.iter().map(Value::owned).collect();
        match owned.filter(|_| size <= SENT_LATER && self.unsent.len() < AT_ONCE) {
            Some(values) => {
                let connection = self.connection()?;
                let sql = self.texts.get(sql, for_postgres);
                let statement = in_time(connection.prepare_cached(&sql)).await?;
                self.unsent.push((statement, values));
                Ok(())
            }
            None => self.execute(sql, values).await.map(drop),
        }
    }

    /// Sends what waits, and waits for it.
    async fn send_unsent(&mut self) -> Stored<()> {
        let unsent = std::mem::take(&mut self.unsent);
        if unsent.is_empty() {
            return Ok(());
        }
        in_time(send_before(self.connection()?, &unsent)).await
    }

    pub(super) async fn write(&mut self, workspace: &str, parts: &[(&'static Bulk, &Rows<'_>)]) -> Stored<()> {
        self.send_unsent().await?;
        let mut rest = parts;
        while let Some((&(bulk, rows), behind)) = rest.split_first() {
            if is_copied(bulk, rows) {
                self.copy(bulk, workspace, rows).await?;
                rest = behind;
                continue;
            }
            let few = rest.iter().position(|(bulk, rows)| is_copied(bulk, rows));
            let (some, behind) = rest.split_at(few.unwrap_or(rest.len()));
            self.send(workspace, some).await?;
            rest = behind;
        }
        Ok(())
    }

    async fn send(&mut self, workspace: &str, parts: &[(&'static Bulk, &Rows<'_>)]) -> Stored<()> {
        let connection = self.connection()?;
        let mut sent = Vec::new();
        for (bulk, rows) in parts {
            let sql = self.texts.get_or(bulk.name(), || bulk.for_postgres());
            let statement = in_time(connection.prepare_cached(&sql)).await?;
            for part in rows.parts(ROWS) {
                let columns = bulk.columns().enumerate();
                let arrays: Vec<Array<'_>> = columns
                    .map(|(at, column)| Array::new(column, at, part, bulk.width()))
                    .collect();
                sent.push((statement.clone(), arrays));
            }
        }
        let workspace = &workspace as &(dyn ToSql + Sync);
        let values: Vec<Vec<&(dyn ToSql + Sync)>> = sent
            .iter()
            .map(|(_, arrays)| {
                std::iter::once(workspace)
                    .chain(arrays.iter().map(Array::as_parameter))
                    .collect()
            })
            .collect();
        let statements: Vec<_> = sent.iter().map(|(statement, _)| statement).zip(&values).collect();
        for some in statements.chunks(AT_ONCE) {
            let some = some
                .iter()
                .map(|(statement, values)| connection.execute(*statement, values));
            in_time(try_join_all(some)).await?;
        }
        Ok(())
    }

    /// Straight into the table, which costs half of what arrays do; nothing can be looked at on the way, so only for
    /// rows that are known to be new.
    async fn copy(&mut self, bulk: &Bulk, workspace: &str, rows: &Rows<'_>) -> Stored<()> {
        let connection = self.connection()?;
        let sql = self.texts.get_or(format!("COPY {}", bulk.name()), || bulk.for_copy());
        let mut types = vec![Type::TEXT];
        types.extend(bulk.columns().map(|column| match column {
            Column::Text(_) => Type::TEXT,
            Column::Int(_) => Type::INT8,
        }));
        let copy = async {
            let sink = connection.copy_in(&*sql).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
            let workspace = Value::from(workspace);
            for row in rows.iter() {
                let cell = |at: usize| at.checked_sub(1).map_or(&workspace, |at| &row[at]);
                let cells = (0..row.len() + 1).map(|at| cell(at) as &(dyn ToSql + Sync));
                writer.as_mut().write_raw(cells).await?;
            }
            writer.finish().await
        };
        in_time(copy).await?;
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Stored<()> {
        let unsent = std::mem::take(&mut self.unsent);
        let connection = self.connection()?;
        // A COMMIT behind a statement that failed takes everything back; the failure is what is told.
        in_time(try_join(
            send_before(connection, &unsent),
            connection.batch_execute("COMMIT"),
        ))
        .await
        .map_err(|error| match error {
            StoreError::Unavailable(text) => StoreError::Unsure(text),
            other => other,
        })?;
        self.connection = None;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if connection.is_closed() || !self.is_begun {
            return;
        }
        // Given back to the pool only when it is out of its transaction.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let rolled_back = tokio::time::timeout(PATIENCE, connection.batch_execute("ROLLBACK")).await;
                if !matches!(rolled_back, Ok(Ok(()))) {
                    drop(Object::take(connection));
                }
            });
        } else {
            drop(Object::take(connection));
        }
    }
}

/// Sends statements, each when this is first waited for, in their order, and waits for all of them.
async fn send_before(
    connection: &Object,
    unsent: &[(Statement, Vec<Value<'static>>)],
) -> Result<(), tokio_postgres::Error> {
    let values: Vec<_> = unsent.iter().map(|(_, values)| parameters(values)).collect();
    let sent = unsent.iter().zip(&values);
    try_join_all(sent.map(|((statement, _), values)| connection.execute(statement, values))).await?;
    Ok(())
}

fn is_copied(bulk: &Bulk, rows: &Rows<'_>) -> bool {
    bulk.verb == Verb::Insert && rows.len() >= COPIED_ROWS
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = error.as_db_error().map_or_else(
            || {
                error
                    .source()
                    .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
            },
            |fault| format!("{} {}", fault.code().code(), fault.message()),
        );
        let Some(code) = error.code() else {
            return if error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>()) {
                Self::Unavailable(text)
            } else {
                Self::Unexpected(text)
            };
        };
        if *code == SqlState::UNIQUE_VIOLATION {
            return Self::Taken(text);
        }
        if *code == SqlState::DISK_FULL {
            return Self::Full(text);
        }
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            return Self::Again(text);
        }
        match code.code().get(..2) {
            _ if *code == SqlState::LOCK_NOT_AVAILABLE => Self::Busy(text),
            Some("08" | "25" | "28" | "3D" | "53" | "57" | "58") => Self::Unavailable(text),
            Some("XX") => Self::Damaged(text),
            _ => Self::Unexpected(text),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Timeout(TimeoutType::Wait) => Self::Busy("no connection is free".to_owned()),
            PoolError::Timeout(_) => Self::Unavailable("no connection can be made in time".to_owned()),
            PoolError::Backend(error) => match Self::from(error) {
                Self::Unexpected(text) => Self::Unavailable(text),
                other => other,
            },
            other => Self::Unavailable(other.to_string()),
        }
    }
}
