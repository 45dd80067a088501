//! What the tests of Passmuster share: the real server, the real databases and a real browser, each started for a
//! test and gone after it.
//!
//! Nothing here knows what a valid user is; a test states that itself. Everything panics with the reason when the
//! machine lacks something: a test that can't run has failed.

mod browser;
mod mail;
mod place;
mod postgres;
mod process;
mod server;

pub use browser::{Browser, ColorScheme, Request, Violation};
pub use mail::{Mail, MailServer};
pub use place::{
    npm_package, odata_client, passmuster, redocly, root, schemathesis, screenshots, typescript, wasm_for_node,
};
pub use postgres::{Postgres, Stop};
pub use server::{Database, Output, Server};

/// Makes three tests of each function: on SQLite, on PostgreSQL, and on two servers that share a PostgreSQL database.
///
/// ```text
/// on_both_databases! {
///     async fn a_bad_row_stores_nothing(server: Server) {
///         …
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($( $(#[$about:meta])* async fn $name:ident($($parameter:tt)+) $body:block )+) => {$(
        $(#[$about])*
        mod $name {
            use super::*;

            async fn holds($($parameter)+) $body

            #[tokio::test]
            async fn on_sqlite() {
                holds($crate::Server::start($crate::Database::Sqlite)).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                holds($crate::Server::start($crate::Database::Postgres)).await;
            }

            #[tokio::test]
            async fn on_two_servers() {
                holds($crate::Server::start_two()).await;
            }
        }
    )+};
}

/// The same for tests that start servers of their own, with arguments or beside others.
///
/// ```text
/// on_each_database! {
///     async fn a_flag_is_heeded(database: Database) {
///         let server = Server::start_with(database, &["--flag"]);
///         …
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_each_database {
    ($( $(#[$about:meta])* async fn $name:ident($($parameter:tt)+) $body:block )+) => {$(
        $(#[$about])*
        mod $name {
            use super::*;

            async fn holds($($parameter)+) $body

            #[tokio::test]
            async fn on_sqlite() {
                holds($crate::Database::Sqlite).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                holds($crate::Database::Postgres).await;
            }
        }
    )+};
}
