//! The check in two threads against the check in one: the time until both are done, were each on a core of its own.
//!
//! Counted in CPU time, as everything else: that of the thread that waits, and of the two the longer one. What it costs
//! them to share a machine's memory is in it, what it costs to wait for a core that others use is not.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use passmuster_bench::People;
use passmuster_core::import::{Options, SideBySide, prepare};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::problem::Report;

use crate::clock::{cpu_ms, in_turn, thread_ms};
use crate::table::{Results, Row};

/// By how many nanoseconds the other threads took longer than this one, since the work began.
static LONGER: AtomicU64 = AtomicU64::new(0);

/// As `passmuster check` does.
const PART: usize = 2 << 20;

fn together(pieces: &mut [&mut (dyn FnMut() + Send)]) {
    let timed = |piece: &mut (dyn FnMut() + Send)| {
        let start = thread_ms();
        piece();
        thread_ms() - start
    };
    let longer = thread::scope(|scope| {
        let (first, others) = pieces.split_first_mut()?;
        let others: Vec<_> = others
            .iter_mut()
            .map(|piece| scope.spawn(move || timed(*piece)))
            .collect();
        let own = timed(*first);
        let most = others
            .into_iter()
            .map(|other| other.join().expect("checking doesn't panic"))
            .fold(own, f64::max);
        Some(most - own)
    });
    LONGER.fetch_add((longer.unwrap_or_default() * 1e6) as u64, Ordering::Relaxed);
}

fn check(file: &[u8], mapping: &Mapping) -> Report {
    let options = Options {
        side_by_side: Some(SideBySide {
            parts: 2,
            bytes: PART,
            together,
        }),
        ..Options::default()
    };
    prepare(black_box(file), mapping, &options).into_report()
}

pub(crate) fn run(people: &People, results: &mut Results) {
    let file = people.csv();
    let mapping = super::mapping(people.profile(), FileFormat::Csv);
    assert_eq!(super::check(&file, &mapping), check(&file, &mapping));
    let [alone, both] = in_turn(
        super::ROUNDS,
        [
            &mut || cpu_ms(&mut || super::done(super::check(&file, &mapping))),
            &mut || {
                let mut longer = 0.0;
                let own = cpu_ms(&mut || {
                    LONGER.store(0, Ordering::Relaxed);
                    super::done(check(&file, &mapping));
                    longer += LONGER.load(Ordering::Relaxed) as f64 / 1e6;
                });
                own + longer / f64::from(crate::clock::TIMES)
            },
        ],
    );
    let work = format!("full check of {}.csv in two threads", people.profile().name());
    results.add(Row::ratio(2, work, "in one", (&both, &alone)).bound(0.65));
}
