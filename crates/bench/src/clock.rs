//! What work costs: CPU time, which other programs on the machine disturb least, and memory at its peak.

use rustix::time::{ClockId, clock_gettime};

/// How often a short work is done at a time.
const TIMES: u32 = 3;

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

/// A line of a process's status, in bytes, such as `VmHWM`, its memory at its peak, or `VmRSS`, now.
pub(crate) fn memory_of(process: &str, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
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
