//! What a person at a terminal sees while a body is on its way: bytes with their rate, then that the server works.
//!
//! Writes to standard error, and nothing where that is no terminal.

use std::io::Read;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const TICK: Duration = Duration::from_millis(120);
/// The most bytes handed over at a time, so that the rate is true.
const PIECE: usize = 64 * 1024;

/// A line that changes, or nothing.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// What the server does once it has everything, such as `applying`.
    then: &'static str,
}

impl Progress {
    /// `shown` is what the person asked for; a terminal is needed beside that.
    pub(crate) fn new(shown: bool, then: &'static str) -> Self {
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target).with_style(style("Connecting…"));
        Self { bar, then }
    }

    /// A body, told piece by piece as it is read.
    pub(crate) fn reading<'a>(&'a self, body: &'a [u8]) -> impl Read + 'a {
        self.bar.disable_steady_tick();
        self.bar
            .set_style(style("Sending {bytes} of {total_bytes} ({bytes_per_sec})"));
        self.bar.set_length(body.len() as u64);
        self.bar.reset();
        Sending { progress: self, body }
    }

    /// A line among those that stay.
    pub(crate) fn note(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

struct Sending<'a> {
    progress: &'a Progress,
    body: &'a [u8],
}

impl Read for Sending<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = into.len().min(self.body.len()).min(PIECE);
        let (piece, rest) = self.body.split_at(length);
        into[..length].copy_from_slice(piece);
        self.body = rest;
        self.progress.bar.inc(length as u64);
        if rest.is_empty() && !self.progress.bar.is_hidden() {
            let then = format!("{{spinner}} {}… {{elapsed}}", self.progress.then);
            self.progress.bar.set_style(style(&then));
            self.progress.bar.enable_steady_tick(TICK);
        }
        Ok(length)
    }
}
