//! The real `passmuster` program: a server for one test, and commands beside it.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use reqwest::{Client, Method, RequestBuilder, redirect};
use tempfile::TempDir;

use crate::{Postgres, place, process::Process};

const START_PATIENCE: Duration = Duration::from_secs(30);

/// Which database a server keeps its directory in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in the server's own folder.
    Sqlite,
    /// A new database of this process's PostgreSQL.
    Postgres,
}

/// A running server with an empty directory, which ends with this value. A failing test shows its log.
pub struct Server {
    process: Process,
    address: String,
    database: String,
    arguments: Vec<String>,
    folder: TempDir,
    client: Client,
}

/// What a command left behind.
#[derive(Clone, Debug)]
pub struct Output {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Standard output as JSON, of a command that has to succeed.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "the command failed: {self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }
}

impl Server {
    /// Starts a server on a free port and waits until it listens.
    pub fn start(database: Database) -> Self {
        Self::start_with(database, &[])
    }

    /// The same with more arguments to `passmuster serve`.
    pub fn start_with(database: Database, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder can be written");
        let database = match database {
            Database::Sqlite => format!("sqlite:{}", folder.path().join("passmuster.db").display()),
            Database::Postgres => Postgres::shared().new_database(),
        };
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let (process, address) = serve(&database, &arguments, folder.path());
        // A proxy of the machine has nothing to do with this, and a test wants to see a redirect itself.
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build();
        let client = client.expect("a client without settings can be built");
        Self {
            process,
            address,
            database,
            arguments,
            folder,
            client,
        }
    }

    /// Ends the server at once, as a power cut would, and starts it again with the same database.
    pub fn kill_and_restart(&mut self) {
        self.process.kill();
        (self.process, self.address) = serve(&self.database, &self.arguments, self.folder.path());
    }

    /// Ends the server at once; its database stays.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// The address of `path`, which begins with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A request to `path`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A GET of `path`.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A POST to `path`.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// The address at which the first administrator chooses a password; only a new directory has one.
    pub fn first_sign_in(&mut self) -> String {
        self.process
            .wait_for("First sign-in: ", START_PATIENCE)
            .unwrap_or_else(|| panic!("the server named no first sign-in:\n{}", self.log()))
    }

    /// The database in the form that `--database` takes.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The server's own temporary folder, for files of the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number by which the system knows the server's process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Everything the server has written so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Runs `passmuster ARGUMENTS` on the server's database, beside the server.
    pub fn cli(&self, arguments: &[&str]) -> Output {
        self.cli_with_input(arguments, b"")
    }

    /// The same with something on standard input, such as a password.
    pub fn cli_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        self.cli_within(&[], arguments, input)
    }

    /// The same with variables in the environment, such as a token.
    pub fn cli_within(&self, environment: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(place::passmuster())
            .args(arguments)
            .env("PASSMUSTER_DATABASE", &self.database)
            .envs(environment.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("passmuster starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let input = input.to_vec();
        // A command need not read its input, so that a broken pipe here is no fault.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("passmuster ends");
        writer.join().expect("writing doesn't panic");
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

fn serve(database: &str, arguments: &[String], folder: &Path) -> (Process, String) {
    let mut process = Process::start(
        Command::new(place::passmuster())
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(arguments)
            .current_dir(folder),
    );
    let address = process.wait_for("Listening on ", START_PATIENCE);
    let address = address.unwrap_or_else(|| panic!("the server doesn't listen:\n{}", process.log()));
    (process, address.trim_end_matches('/').to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the server's log ---\n{}\n------------------------", self.log());
        }
    }
}
