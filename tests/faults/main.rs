//! What may go wrong around the server, each with what it promises then: one file per promise of the server, against
//! the real program, SQLite and PostgreSQL.
//!
//! Short by default. `PASSMUSTER_FAULT_ROUNDS=200` sets how often a random fault is tried, and
//! `PASSMUSTER_FAULT_SEED` repeats a run whose seed was printed. Figures are printed with `--nocapture`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod damaged;
mod database_gone;
mod disk;
mod hostile;
mod kills;
mod memory;
mod proxy;
mod races;
mod restarts;
mod sender;
mod slow_clients;
#[path = "../hostile/workbooks.rs"]
mod workbooks;

use std::time::{SystemTime, UNIX_EPOCH};

/// How often a random fault is tried, unless the environment says otherwise.
fn rounds(usual: usize) -> usize {
    from_environment("PASSMUSTER_FAULT_ROUNDS").map_or(usual, |rounds| usize::try_from(rounds).unwrap())
}

/// Chance that can be had again.
fn chance() -> fastrand::Rng {
    let by_time = || u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos());
    let seed = from_environment("PASSMUSTER_FAULT_SEED").unwrap_or_else(by_time);
    println!("PASSMUSTER_FAULT_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text:?} is not a number")),
    )
}
