//! The server as its callers meet it: one module per foreign API, each test on SQLite and on PostgreSQL.

mod health;
