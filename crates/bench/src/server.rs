//! `passmuster-bench server`: uploads to the real server, against a program that stores the same rows and does nothing
//! else.
//!
//! CPU time of the server's process and, with PostgreSQL, of all of its processes; in turn with the base, round by
//! round; medians of the ratios of the rounds.

mod insert;
mod load;
mod postgres;
pub(crate) mod serving;

use std::error::Error;

use passmuster_bench::{People, Profile};

use crate::clock::median;
use crate::table::{Results, Row, Unit};
use insert::Filled;
use postgres::Cluster;
use serving::{Database, Serving};

const USERS: u64 = 170_000;
const ROUNDS: usize = 3;
/// How often what takes few milliseconds is done.
const TIMES: usize = 5;

const SQLITE_BASE: &str = "bare insert of the same rows, SQLite";
const POSTGRES_BASE: &str = "COPY of the same rows, PostgreSQL";

/// Everything, or the parts that are named: `sqlite`, `postgres`, `grow`, `memory`, `load`; `users=N` instead of 170,000.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let users = arguments
        .iter()
        .find_map(|word| word.strip_prefix("users=")?.parse().ok())
        .unwrap_or(USERS);
    let parts: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !word.contains('='))
        .collect();
    let is_wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let mut results = Results::new("cargo xtask bench server");
    if is_wanted("sqlite") {
        on_sqlite(users, &mut results)?;
    }
    let cluster = if is_wanted("postgres") || is_wanted("load") {
        Some(Cluster::start()?)
    } else {
        None
    };
    if let Some(cluster) = cluster.as_ref().filter(|_| is_wanted("postgres")) {
        on_postgres(users, cluster, &mut results)?;
    }
    if is_wanted("grow") {
        grow(&mut results)?;
    }
    if is_wanted("memory") {
        load::memory(&mut results)?;
    }
    if let Some(cluster) = cluster.as_ref().filter(|_| is_wanted("load")) {
        load::small_uploads(&Database::Sqlite, "SQLite", &mut results)?;
        load::small_uploads(&cluster.new_database()?.1, "PostgreSQL", &mut results)?;
    }
    results.save(&crate::kept(), "server")?;
    Ok(())
}

/// The files of one night and the next.
struct Files {
    first: Vec<u8>,
    /// The same rows in another order.
    again: Vec<u8>,
    /// One user in a hundred is in another team.
    changed: Vec<u8>,
}

impl Files {
    fn new(users: u64) -> Self {
        let people = People::new(Profile::Full, users);
        Self {
            first: people.csv(),
            again: people.clone().shuffled(1).csv(),
            changed: people.moved(100).shuffled(2).csv(),
        }
    }
}

/// CPU milliseconds of the requests of each round.
#[derive(Default)]
struct Times {
    base: Vec<f64>,
    check: Vec<f64>,
    new: Vec<f64>,
    identical: Vec<f64>,
    again: Vec<f64>,
    changed: Vec<f64>,
}

impl Times {
    /// Everything that can happen to one file, on a server with an empty directory.
    fn take(&mut self, serving: &Serving, files: &Files, users: u64) -> Result<(), Box<dyn Error>> {
        self.check
            .push(serving.cost(|| serving.send(&files.first, "?mode=check"))?.0);
        let (time, answer) = serving.cost(|| serving.send(&files.first, ""))?;
        assert_eq!(answer["created"], users, "{answer}");
        self.new.push(time);
        let mut identical = 0.0;
        for _ in 0..TIMES {
            let (time, answer) = serving.cost(|| serving.send(&files.first, ""))?;
            assert_eq!(answer["unchanged"], users, "{answer}");
            identical += time / TIMES as f64;
        }
        self.identical.push(identical);
        let (time, answer) = serving.cost(|| serving.send(&files.again, ""))?;
        assert_eq!(answer["unchanged"], users, "{answer}");
        self.again.push(time);
        let (time, answer) = serving.cost(|| serving.send(&files.changed, ""))?;
        assert!(
            answer["updated"].as_u64().is_some_and(|updated| updated > users / 200),
            "{answer}"
        );
        self.changed.push(time);
        Ok(())
    }

    /// The uploads without their checks.
    fn stored(&self) -> Vec<f64> {
        let pairs = self.new.iter().zip(&self.check);
        pairs.map(|(new, check)| new - check).collect()
    }

    fn tell(&self, goal: u8, base: &str, bounds: (f64, f64), users: u64, results: &mut Results) {
        let name = if goal == 9 { "SQLite" } else { "PostgreSQL" };
        let stored = self.stored();
        let work = format!("storing {users} new users: the upload without its check, {name}");
        results.add(Row::ratio(goal, work, base, (&stored, &self.base)).bound(bounds.0));
        let row = Row::ratio(
            goal,
            format!("the whole upload of {users} new users, {name}"),
            base,
            (&self.new, &self.base),
        );
        results.add(row.bound(bounds.1));
        let all_new = format!("the all-new upload, {name}");
        let rows = [
            ("the same rows again, in another order", &self.again, 0.2),
            ("the identical bytes again", &self.identical, 0.05),
            ("1 % of the rows changed", &self.changed, 0.35),
        ];
        for (work, times, bound) in rows {
            results.add(Row::ratio(11, format!("{work}, {name}"), &all_new, (times, &self.new)).bound(bound));
        }
    }
}

fn on_sqlite(users: u64, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let files = Files::new(users);
    let flat = Filled::flat(&People::new(Profile::Full, users))?;
    let (mut times, mut flats, mut rows) = (Times::default(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let serving = Serving::start(&Database::Sqlite)?;
        times.take(&serving, &files, users)?;
        let filled = Filled::read(&serving.sqlite_file())?;
        drop(serving);
        rows = filled.rows();
        times.base.push(filled.insert()?);
        flats.push(flat.insert()?);
    }
    let row = Row::ratio(
        9,
        format!("bare insert into our schema ({rows} rows)"),
        "into a flat table, one unique index",
        (&times.base, &flats),
    );
    results.add(row.bound(2.0));
    times.tell(9, SQLITE_BASE, (1.3, 1.5), users, results);
    Ok(())
}

fn on_postgres(users: u64, cluster: &Cluster, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let files = Files::new(users);
    let folder = tempfile::Builder::new().prefix("copy").tempdir_in(crate::target())?;
    let mut times = Times::default();
    let mut one_by_one = Vec::new();
    for round in 0..ROUNDS {
        let (name, database) = cluster.new_database()?;
        let serving = Serving::start(&database)?;
        times.take(&serving, &files, users)?;
        drop(serving);
        if round == 0 {
            cluster.save(&name, folder.path())?;
        }
        cluster.drop(&name)?;
        times.base.push(cluster.copy(folder.path())?);
        one_by_one.push(cluster.insert_row_by_row(folder.path())?);
    }
    times.tell(10, POSTGRES_BASE, (1.6, 1.6), users, results);
    let work = format!("storing {users} new users, with their audit, PostgreSQL");
    let base = "their rows one by one: a prepared INSERT each, one transaction";
    let row = Row {
        unit: Unit::TimesFaster,
        ..Row::ratio(10, work, base, (&one_by_one, &times.stored()))
    };
    results.add(row.bound(6.0));
    Ok(())
}

/// The same small upload into directories of different sizes.
fn grow(results: &mut Results) -> Result<(), Box<dyn Error>> {
    let mut smallest = None;
    for users in [17_000, 170_000, 1_700_000] {
        let serving = Serving::start(&Database::Sqlite)?;
        let people = People::new(Profile::Full, users);
        for first in (0..users).step_by(USERS as usize) {
            serving.send(&people.clone().only(first..users.min(first + USERS)).csv(), "")?;
        }
        let mut times = Vec::new();
        // the first one warms up
        for time in 0..=2 * TIMES as u64 {
            // half of them new, half of them known and some of those changed
            let first = users - 1_000 + time * 500;
            let file = people.clone().only(first..first + 1_000).moved(2).shuffled(time).csv();
            let (cost, _) = serving.cost(|| serving.send(&file, ""))?;
            if time > 0 {
                times.push(cost);
            }
        }
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let base = *smallest.get_or_insert(mean);
        if users > 17_000 {
            let work = format!("1,000 rows into a directory of {users}");
            let row = Row::new(12, work, "into one of 17,000", mean / base, crate::table::Unit::Times);
            let row = row.remark(format!("{mean:.0} ms to {base:.0} ms, median {:.0} ms", median(&times)));
            results.add(row.bound(1.5));
        }
    }
    Ok(())
}
