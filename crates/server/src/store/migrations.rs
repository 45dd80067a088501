//! Brings a database's tables up to date, and refuses one that this program doesn't understand.

use std::time::Duration;

use refinery::{Migration, Runner};

use super::{StoreError, Stored};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Servers that start at the same time may collide, at each migration anew; the loser looks again.
const TRIES: u32 = 15;

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

/// The version of the newest migration that this program knows.
pub(crate) fn newest() -> u64 {
    let runner = embedded::migrations::runner();
    let versions = runner.get_migrations().iter().map(|migration| migration.version());
    versions
        .max()
        .and_then(|version| u64::try_from(version).ok())
        .unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use refinery::Target;
    use rusqlite::Connection;

    use super::*;

    /// Two users, two groups of two types, an ID each, as version 4 kept them.
    const VERSION_4: &str = "
        INSERT INTO group_types (workspace_id, id, name) VALUES ('w', 't1', 'Role'), ('w', 't2', 'Team'), ('v', 't1', 'Role');
        INSERT INTO groups (workspace_id, id, group_type_id, name, created_at)
            VALUES ('w', 'g2', 't2', 'Dogs', 0), ('w', 'g1', 't1', 'SDR', 0), ('v', 'g1', 't1', 'SDR', 0);
        INSERT INTO users (workspace_id, id, email, email_key, first_name, last_name, username, username_key, manager_id,
            is_active, is_manager, is_admin, created_at, updated_at)
            VALUES ('w', 'u1', 'Ann@a.co', 'ann@a.co', 'Ann', 'A', 'ann@A.co', 'ann@a.co', NULL, 1, 1, 1, 0, 0),
                   ('w', 'u2', 'bo@a.co', 'bo@a.co', 'Bo', 'B', 'bo@b.co', 'bo@b.co', 'u1', 1, 0, 0, 0, 0),
                   ('v', 'u1', 'cy@a.co', 'cy@a.co', 'Cy', 'C', NULL, NULL, NULL, 1, 0, 0, 0, 0);
        INSERT INTO memberships (workspace_id, user_id, group_type_id, group_id)
            VALUES ('w', 'u1', 't2', 'g2'), ('w', 'u1', 't1', 'g1'), ('v', 'u1', 't1', 'g1');
        INSERT INTO user_integration_ids (workspace_id, slug, value, user_id)
            VALUES ('w', 'phone', '01 \"2\"', 'u1'), ('w', 'badge', 'x', 'u1'), ('w', 'phone', '03', 'u2');";

    #[test]
    fn a_directory_of_version_4_is_taken_over() {
        let mut connection = Connection::open_in_memory().expect("a database");
        for_sqlite()
            .and_then(|runner| {
                let runner = runner.set_target(Target::Version(4));
                runner.run(&mut connection).map_err(|error| refusal(&error))
            })
            .expect("version 4");
        connection.execute_batch(VERSION_4).expect("its rows");
        run_on_sqlite(&mut connection).expect("the newest version");
        let sql = "SELECT workspace_id || ' ' || id, member_of, integration_ids, username_key FROM users ORDER BY 1";
        let mut statement = connection.prepare(sql).expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
        type Row = (String, Option<String>, Option<String>, Option<String>);
        let rows: Vec<Row> = rows.and_then(Iterator::collect).expect("rows");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows,
            [
                ("v u1".to_owned(), text("1"), None, None),
                ("w u1".to_owned(), text("1 2"), text("badge x\nphone 01 \"2\""), None),
                ("w u2".to_owned(), None, text("phone 03"), text("bo@b.co")),
            ]
        );
    }
}
