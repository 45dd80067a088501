//! What work costs: CPU time, which other programs on the machine disturb least, and memory at its peak.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// How often a short work is done at a time.
pub(crate) const TIMES: u32 = 3;

/// CPU time of this thread that a piece of work takes, in milliseconds.
pub(crate) fn cpu_ms(work: &mut dyn FnMut()) -> f64 {
    let start = thread_ms();
    for _ in 0..TIMES {
        work();
    }
    (thread_ms() - start) / f64::from(TIMES)
}

/// CPU time that this thread has taken so far, in milliseconds.
pub(crate) fn thread_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// CPU time that another process has taken so far, its threads that ended included, in milliseconds.
pub(crate) fn cpu_ms_of(process: u32) -> f64 {
    stat_of(&process.to_string()).map_or(0.0, |stat| stat.own_ms)
}

/// CPU time that a process and its children have taken so far, in milliseconds.
pub(crate) fn cpu_ms_of_family(process: u32) -> f64 {
    let family = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let stat = stat_of(entry.file_name().to_str()?)?;
            if stat.parent == process {
                Some(stat.own_ms + stat.waited_ms)
            } else {
                None
            }
        });
    let own = stat_of(&process.to_string()).map_or(0.0, |stat| stat.own_ms + stat.waited_ms);
    own + family.sum::<f64>()
}

/// CPU time of our own children that ended and were waited for, in milliseconds.
pub(crate) fn cpu_ms_of_ended_children() -> f64 {
    stat_of("self").map_or(0.0, |stat| stat.waited_ms)
}

struct Stat {
    parent: u32,
    own_ms: f64,
    /// Of children that ended and were waited for.
    waited_ms: f64,
}

fn stat_of(process: &str) -> Option<Stat> {
    // the second field, a name, may hold spaces and parentheses
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ms = |at: usize| {
        let ticks: f64 = fields.get(at)?.parse().ok()?;
        Some(ticks * 1e3 / rustix::param::clock_ticks_per_second() as f64)
    };
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own_ms: ms(11)? + ms(12)?,
        waited_ms: ms(13)? + ms(14)?,
    })
}

/// A line of a process's status, in bytes, such as `VmHWM`, its memory at its peak, or `VmRSS`, now.
pub(crate) fn memory_of(process: &str, line: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let rest = status
        .lines()
        .find_map(|status| status.strip_prefix(line)?.strip_prefix(':'))?;
    Some(rest.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// Does each work once a round, in turn; the times of each, round by round. One round before those is not counted.
pub(crate) fn in_turn<const WORKS: usize>(
    rounds: usize,
    mut works: [&mut dyn FnMut() -> f64; WORKS],
) -> [Vec<f64>; WORKS] {
    let mut times = [const { Vec::new() }; WORKS];
    for round in 0..=rounds {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let time = work();
            if round > 0 {
                times.push(time);
            }
        }
    }
    times
}

/// The middle one.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of the ratios of the rounds.
pub(crate) fn ratio(work: &[f64], base: &[f64]) -> f64 {
    let ratios: Vec<f64> = work.iter().zip(base).map(|(work, base)| work / base).collect();
    median(&ratios)
}
