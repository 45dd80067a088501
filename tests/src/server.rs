//! The real `passmuster` program: a server for one test, or two on one database, and commands beside it.

use std::{
    ffi::OsString,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use reqwest::{Client, Method, RequestBuilder, redirect};
use tempfile::TempDir;

use crate::{Postgres, place, process::Process};

const START_PATIENCE: Duration = Duration::from_secs(30);
/// A server that is asked to end lets its requests end first.
const END_PATIENCE: Duration = Duration::from_secs(40);

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
    /// One, or several side by side on one database, to which requests go in turn.
    processes: Vec<Served>,
    requests: AtomicUsize,
    database: String,
    arguments: Vec<String>,
    environment: Vec<(OsString, OsString)>,
    folder: TempDir,
    client: Client,
}

struct Served {
    process: Process,
    address: String,
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
        let folder = new_folder();
        let database = match database {
            Database::Sqlite => sqlite_in(folder.path()),
            Database::Postgres => Postgres::shared().new_database(),
        };
        Self::start_in(folder, database, arguments, Vec::new(), 1)
    }

    /// Starts two servers side by side on one new database of PostgreSQL; requests go to them in turn.
    pub fn start_two() -> Self {
        Self::start_in(new_folder(), Postgres::shared().new_database(), &[], Vec::new(), 2)
    }

    /// Starts a server on the database at `address`.
    pub fn start_on(address: &str, arguments: &[&str]) -> Self {
        Self::start_in(new_folder(), address.to_owned(), arguments, Vec::new(), 1)
    }

    /// Starts a server on SQLite with these variables in its environment, and not in that of its commands.
    pub fn start_within(environment: &[(&str, OsString)]) -> Self {
        let folder = new_folder();
        let database = sqlite_in(folder.path());
        let own = |(name, value): &(&str, OsString)| (OsString::from(name), value.clone());
        Self::start_in(folder, database, &[], environment.iter().map(own).collect(), 1)
    }

    fn start_in(
        folder: TempDir,
        database: String,
        arguments: &[&str],
        environment: Vec<(OsString, OsString)>,
        count: usize,
    ) -> Self {
        // A proxy of the machine has nothing to do with this, and a test wants to see a redirect itself.
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build();
        let mut server = Self {
            processes: Vec::new(),
            requests: AtomicUsize::new(0),
            database,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            environment,
            folder,
            client: client.expect("a client without settings can be built"),
        };
        server.serve(count);
        server
    }

    /// What comes of `passmuster serve` on a database that it has to refuse.
    pub fn start_refused(address: &str) -> Output {
        let mut process = serve_command(address, &[], &[], &std::env::temp_dir());
        let status = process.wait_for_end(START_PATIENCE);
        let status = status.unwrap_or_else(|| panic!("the server should have refused to start:\n{}", process.log()));
        Output {
            code: status.code().unwrap_or(-1),
            stdout: String::new(),
            stderr: process.log(),
        }
    }

    /// Starts what was killed or stopped, on the same database.
    pub fn restart(&mut self) {
        self.serve(self.processes.len());
    }

    fn serve(&mut self, count: usize) {
        let start = |_| serve_command(&self.database, &self.arguments, &self.environment, self.folder.path());
        let processes: Vec<Process> = (0..count).map(start).collect();
        self.processes = processes.into_iter().map(Served::wait).collect();
    }

    /// Asks the server to end and waits until it has.
    pub fn stop(&mut self) {
        for served in &mut self.processes {
            served.process.ask_to_end();
            let ended = served.process.wait_for_end(END_PATIENCE);
            assert!(ended.is_some(), "the server doesn't end:\n{}", served.process.log());
        }
    }

    /// Ends the server at once, as a power cut would, and starts it again with the same database.
    pub fn kill_and_restart(&mut self) {
        self.kill();
        self.restart();
    }

    /// Ends the server at once; its database stays.
    pub fn kill(&mut self) {
        for served in &mut self.processes {
            served.process.kill();
        }
    }

    /// Ends the first of several servers at once; requests go to those that are left.
    pub fn kill_one(&mut self) {
        assert!(self.processes.len() > 1, "there is no other server");
        self.processes.remove(0).process.kill();
    }

    /// Starts one more server on the same database.
    pub fn start_another(&mut self) {
        let process = serve_command(&self.database, &self.arguments, &self.environment, self.folder.path());
        self.processes.push(Served::wait(process));
    }

    /// The address of `path`, which begins with `/`; of two servers each has its turn.
    pub fn url(&self, path: &str) -> String {
        let turn = self.requests.fetch_add(1, Ordering::Relaxed);
        let served = &self.processes[turn % self.processes.len()];
        format!("{}{path}", served.address)
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
        let served = self.processes.first_mut().expect("there is a server");
        let link = served.process.wait_for("First sign-in: ", START_PATIENCE);
        link.unwrap_or_else(|| panic!("the server named no first sign-in:\n{}", self.log()))
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
        self.processes[0].process.id()
    }

    /// What follows `marker` in the first line of the log that has it; a failure when none comes within `patience`.
    pub fn wait_for_log(&mut self, marker: &str, patience: Duration) -> String {
        let found = self.processes[0].process.wait_for(marker, patience);
        found.unwrap_or_else(|| panic!("the log never said {marker:?}:\n{}", self.log()))
    }

    /// Everything the server has written so far.
    pub fn log(&self) -> String {
        let logs: Vec<String> = self.processes.iter().map(|served| served.process.log()).collect();
        logs.join("\n--- the other server ---\n")
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

impl Served {
    fn wait(mut process: Process) -> Self {
        let address = process.wait_for("Listening on ", START_PATIENCE);
        let address = address.unwrap_or_else(|| panic!("the server doesn't listen:\n{}", process.log()));
        Self {
            process,
            address: address.trim_end_matches('/').to_owned(),
        }
    }
}

fn new_folder() -> TempDir {
    tempfile::tempdir().expect("the temporary folder can be written")
}

fn sqlite_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("passmuster.db").display())
}

fn serve_command(database: &str, arguments: &[String], environment: &[(OsString, OsString)], folder: &Path) -> Process {
    Process::start(
        Command::new(place::passmuster())
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .current_dir(folder),
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the server's log ---\n{}\n------------------------", self.log());
        }
    }
}
