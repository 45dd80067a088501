//! Brings a database's tables up to date, and refuses one that this program doesn't understand.

use std::time::Duration;

use refinery::{Migration, Runner};

use super::{StoreError, Stored};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Servers that start at the same time may collide; the loser looks again.
const TRIES: u32 = 3;

pub(super) fn run_on_sqlite(connection: &mut rusqlite::Connection) -> Stored<()> {
    let mut tries = 1;
    loop {
        // One by one, a kill between a migration and its entry would leave a database that nobody can start.
        let runner = for_sqlite()?.set_grouped(true);
        match runner.set_abort_divergent(true).set_abort_missing(true).run(connection) {
            Ok(_) => return Ok(()),
            Err(error) if may_try_again(&error) && tries < TRIES => tries += 1,
            Err(error) => return Err(refusal(&error)),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The same texts, with the words that only SQLite knows.
fn for_sqlite() -> Stored<Runner> {
    let common = embedded::migrations::runner();
    let migrations = common.get_migrations().iter().map(|migration| {
        let name = format!("V{}__{}", migration.version(), migration.name());
        let sql = migration
            .sql()
            .unwrap_or_default()
            .replace("/* WITHOUT ROWID */", "WITHOUT ROWID");
        Migration::unapplied(&name, &sql).map_err(|error| refusal(&error))
    });
    Ok(Runner::new(&migrations.collect::<Stored<Vec<_>>>()?))
}

pub(super) async fn run_on_postgres(connection: &mut tokio_postgres::Client) -> Stored<()> {
    let mut tries = 1;
    loop {
        let runner = embedded::migrations::runner()
            .set_abort_divergent(true)
            .set_abort_missing(true);
        match runner.run_async(connection).await {
            Ok(_) => return Ok(()),
            Err(error) if may_try_again(&error) && tries < TRIES => tries += 1,
            Err(error) => return Err(refusal(&error)),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn may_try_again(error: &refinery::Error) -> bool {
    matches!(error.kind(), refinery::error::Kind::Connection(..))
}

fn refusal(error: &refinery::Error) -> StoreError {
    use refinery::error::Kind;
    StoreError::Refused(match error.kind() {
        Kind::MissingVersion(migration) => format!(
            "The database was written by a newer Passmuster: it has the migration {migration}, which this program \
             doesn't know. Start the newer program."
        ),
        Kind::DivergentVersion(applied, known) => format!(
            "The database and this program disagree about the migration {applied} ({known} here). Start the program \
             that the database was written by."
        ),
        other => format!("The database's tables can't be brought up to date: {other}."),
    })
}
