//! PostgreSQL: a pool of connections, bulk writes as arrays, new rows by COPY.

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime, TimeoutType};
use tokio_postgres::NoTls;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use super::bulk::{Bulk, Column, Rows, Verb};
use super::text::{Texts, for_postgres};
use super::{Row, StoreError, Stored, Value, migrations};

/// Connections, at most.
const CONNECTIONS: usize = 16;
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection may be silent before it is asked whether it is still there, and how long for its answer.
const SILENCE: Duration = Duration::from_secs(30);
/// For a statement's answer; longer than any waits for a lock.
const ANSWER: Duration = Duration::from_secs(60);
/// Rows in one statement.
const ROWS: usize = 10_000;
/// From so many new rows on, they are copied in.
const COPIED_ROWS: usize = 100;

/// Sees the database as it stands now and can't write.
pub(super) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Writes under row locks; one that waits longer than this is told to come back.
pub(super) const WRITE: &str = "BEGIN; SET LOCAL lock_timeout = '30s'";

pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool(PostgreSQL)")
    }
}

impl Pool {
    pub(super) async fn open(address: &str) -> Stored<Self> {
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
            .build()
            .map_err(|error| StoreError::Refused(error.to_string()))?;
        let mut connection = connections.get().await?;
        migrations::run_on_postgres(&mut connection).await?;
        drop(connection);
        Ok(Self {
            connections,
            texts: Arc::default(),
        })
    }

    pub(super) async fn begin(&self, begin: &str) -> Stored<Transaction> {
        // After a restart of the database each idle connection is a dead one; the first of them tells.
        for _ in 0..CONNECTIONS {
            let connection = self.connections.get().await?;
            match in_time(connection.batch_execute(begin)).await {
                Ok(()) => {
                    return Ok(Transaction {
                        connection: Some(connection),
                        texts: Arc::clone(&self.texts),
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
    texts: Arc<Texts>,
}

impl Transaction {
    fn connection(&self) -> Stored<&Object> {
        self.connection
            .as_ref()
            .ok_or_else(|| StoreError::Unexpected("a connection that is given back".to_owned()))
    }

    pub(super) async fn rows<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let connection = self.connection()?;
        let sql = self.texts.get(sql, for_postgres);
        let answer = async {
            let statement = connection.prepare_cached(&sql).await?;
            connection.query(&statement, &parameters(values)).await
        };
        let rows = in_time(answer).await?;
        rows.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    pub(super) async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Stored<u64> {
        let connection = self.connection()?;
        let sql = self.texts.get(sql, for_postgres);
        let answer = async {
            let statement = connection.prepare_cached(&sql).await?;
            connection.execute(&statement, &parameters(values)).await
        };
        in_time(answer).await
    }

    pub(super) async fn write(&mut self, bulk: &Bulk, workspace: &str, rows: &Rows<'_>) -> Stored<()> {
        if bulk.verb == Verb::Insert && rows.len() >= COPIED_ROWS {
            return self.copy(bulk, workspace, rows).await;
        }
        let connection = self.connection()?;
        let sql = self.texts.get_or(bulk.name(), || bulk.for_postgres());
        let statement = in_time(connection.prepare_cached(&sql)).await?;
        for part in rows.parts(ROWS) {
            let arrays: Vec<Array<'_>> = bulk
                .columns()
                .enumerate()
                .map(|(at, column)| Array::new(column, at, part, bulk.width()))
                .collect();
            let mut values: Vec<&(dyn ToSql + Sync)> = vec![&workspace];
            values.extend(arrays.iter().map(Array::as_parameter));
            in_time(connection.execute(&statement, &values)).await?;
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
        let connection = self.connection()?;
        in_time(connection.batch_execute("COMMIT"))
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
        if connection.is_closed() {
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

/// One column of many rows.
enum Array<'a> {
    Text(Vec<Option<&'a str>>),
    Int(Vec<Option<i64>>),
}

impl<'a> Array<'a> {
    fn new(column: Column, at: usize, cells: &'a [Value<'_>], width: usize) -> Self {
        let cells = cells.iter().skip(at).step_by(width);
        match column {
            Column::Text(_) => Self::Text(
                cells
                    .map(|cell| match cell {
                        Value::Text(text) => Some(text.as_ref()),
                        _ => None,
                    })
                    .collect(),
            ),
            Column::Int(_) => Self::Int(
                cells
                    .map(|cell| match cell {
                        Value::Int(number) => Some(*number),
                        _ => None,
                    })
                    .collect(),
            ),
        }
    }

    fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Text(texts) => texts,
            Self::Int(numbers) => numbers,
        }
    }
}

fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.as_ref().to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Keys(keys) => keys.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::TEXT | Type::INT8 | Type::TEXT_ARRAY | Type::VARCHAR | Type::BYTEA
        )
    }

    fn encode_format(&self, _kind: &Type) -> Format {
        Format::Binary
    }

    to_sql_checked!();
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
