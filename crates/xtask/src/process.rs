//! Starting programs, with errors that say which one failed.

use std::{
    env,
    error::Error,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What every step gives back.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// One program to start.
pub(crate) struct Run {
    command: Command,
    name: String,
}

impl Run {
    /// `program` is looked up in `search_path`, which it also gets as its `PATH`.
    pub(crate) fn new(program: &str, folder: &Path, search_path: &[PathBuf]) -> Self {
        let place = find(program, search_path).unwrap_or_else(|| PathBuf::from(program));
        let mut command = Command::new(place);
        command.current_dir(folder);
        if let Ok(path) = env::join_paths(search_path) {
            command.env("PATH", path);
        }
        Self {
            command,
            name: program.to_owned(),
        }
    }

    pub(crate) fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it with our own output; an exit code other than 0 is an error.
    pub(crate) fn succeed(mut self) -> Outcome {
        let status = self
            .command
            .status()
            .map_err(|error| format!("starting {}: {error}", self.name))?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("`{}` failed ({status})", self.shown()).into())
        }
    }

    /// Runs it silently: did it exit with 0?
    pub(crate) fn succeeds_silently(mut self) -> bool {
        let status = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }

    /// Runs it and takes its standard output, trimmed; nothing when it fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self
            .command
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Puts the program in our own place, so that a signal to us reaches it.
    #[cfg(unix)]
    pub(crate) fn become_it(mut self) -> Outcome {
        use std::os::unix::process::CommandExt;
        let error = self.command.exec();
        Err(format!("starting {}: {error}", self.name).into())
    }

    /// Elsewhere than on Unix a child does as well.
    #[cfg(not(unix))]
    pub(crate) fn become_it(self) -> Outcome {
        self.succeed()
    }

    fn shown(&self) -> String {
        let words = self.command.get_args().map(|word| word.to_string_lossy());
        std::iter::once(self.name.as_str().into())
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Where `program` lies in `search_path`.
pub(crate) fn find(program: &str, search_path: &[PathBuf]) -> Option<PathBuf> {
    search_path
        .iter()
        .map(|folder| folder.join(program))
        .find(|place| place.is_file())
}
