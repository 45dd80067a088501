//! A child process whose lines are read as they come, and that is gone when its handle is dropped.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// A running program and everything it has said.
pub(crate) struct Process {
    child: Child,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    has_more: Condvar,
}

impl Log {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().expect("no reader of a log panics")
    }

    fn read(self: &Arc<Self>, source: impl Read + Send + 'static) {
        let log = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
                log.lines().push(String::from_utf8_lossy(&line).trim_end().to_owned());
                log.has_more.notify_all();
            }
        });
    }
}

impl Process {
    /// Starts `command`, reading both of its outputs.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} doesn't start: {error}", command.get_program().display()));
        let log = Arc::<Log>::default();
        log.read(child.stdout.take().expect("standard output is piped"));
        log.read(child.stderr.take().expect("standard error is piped"));
        Self { child, log }
    }

    /// What follows `marker` in the first line that has it, waiting at most `patience` for it to come.
    pub(crate) fn wait_for(&mut self, marker: &str, patience: Duration) -> Option<String> {
        let deadline = Instant::now() + patience;
        let mut lines = self.log.lines();
        loop {
            if let Some(rest) = lines
                .iter()
                .find_map(|line| Some(line.split_once(marker)?.1.to_owned()))
            {
                return Some(rest);
            }
            let remaining = deadline.saturating_duration_since(Instant::now());
            if remaining.is_zero() || self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return None;
            }
            let pause = remaining.min(Duration::from_millis(100));
            lines = self
                .log
                .has_more
                .wait_timeout(lines, pause)
                .expect("no reader of a log panics")
                .0;
        }
    }

    /// Everything said so far.
    pub(crate) fn log(&self) -> String {
        self.log.lines().join("\n")
    }

    /// The number by which the system knows it.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits at most `patience` for it to end by itself.
    pub(crate) fn wait_for_end(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Asks it to end, as `kill` does.
    pub(crate) fn ask_to_end(&self) {
        let id = Pid::from_child(&self.child);
        // Fails only for a process that has ended already.
        let _ = kill_process(id, Signal::TERM);
    }

    /// Ends it at once, as a power cut would, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // Killing fails only for a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
