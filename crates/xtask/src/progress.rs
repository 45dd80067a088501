//! Numbered steps with the time since the start, on standard error.

use std::time::Instant;

pub(crate) struct Progress {
    started: Instant,
    steps: usize,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            steps: 0,
        }
    }

    /// Announces what is done next.
    pub(crate) fn step(&mut self, name: &str) {
        self.steps += 1;
        eprintln!(
            "[{:6.1} s] {}. {name}",
            self.started.elapsed().as_secs_f64(),
            self.steps
        );
    }

    /// Says something about the step under way.
    pub(crate) fn note(&self, text: &str) {
        eprintln!("[{:6.1} s]    {text}", self.started.elapsed().as_secs_f64());
    }
}
