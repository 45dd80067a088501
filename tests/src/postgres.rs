//! PostgreSQL servers in folders of their own: one per test process, with a new database for each test, and those that
//! a test starts for itself, to stop them.

use std::{
    io,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::place::machine_program;

/// Safety against power cuts is PostgreSQL's own affair and tested there; without it tests are fast.
const FAST_AND_UNSAFE: &str = "-c max_connections=400 -c fsync=off -c full_page_writes=off -c synchronous_commit=off";

/// A private PostgreSQL server.
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    settings: &'static str,
    databases_made: AtomicUsize,
}

/// How a PostgreSQL server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its connections are closed, what they did not commit is rolled back.
    Fast,
    /// At once, as in a crash: the next start recovers from the log.
    Immediate,
}

impl Postgres {
    /// The server of this test process, started by whoever asks first.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::set_up(FAST_AND_UNSAFE))
    }

    /// A server of this test alone, safe against power cuts, to be stopped and started again.
    pub fn start_own() -> Self {
        Self::set_up("")
    }

    /// The port on which it listens, also after a stop and a start.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it again on the same port, and waits until it answers.
    pub fn start(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 {}",
            self.port,
            self.folder.display(),
            self.settings
        );
        succeed(
            self.pg_ctl()
                .arg("-l")
                .arg(self.folder.join("log"))
                .args(["-w", "-o", &options, "start"]),
        );
    }

    /// Stops it, and waits until it is gone.
    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        succeed(self.pg_ctl().args(["-w", "-m", mode, "stop"]));
    }

    /// Runs statements in one of its databases.
    pub fn run(&self, database: &str, statements: &str) {
        succeed(Command::new(machine_program("PSQL", "psql")).args([
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statements,
            database,
        ]));
    }

    fn pg_ctl(&self) -> Command {
        let mut command = as_postgres(&machine_program("PG_CTL", "pg_ctl"));
        command.arg("-D").arg(self.folder.join("data"));
        command
    }

    /// Makes an empty database; gives back its address.
    pub fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases_made.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        succeed(Command::new(machine_program("CREATEDB", "createdb")).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "postgres",
            &name,
        ]));
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }

    fn set_up(settings: &'static str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("passmuster-postgres-")
            .tempdir()
            .expect("the temporary folder can be written")
            .keep();
        if is_root() {
            succeed(Command::new("chown").arg("postgres").arg(&folder));
        }
        let data = folder.join("data");
        let port = free_port().expect("the machine has a free port");
        succeed(
            as_postgres(&machine_program("INITDB", "initdb"))
                .arg("-D")
                .arg(&data)
                .args([
                    "-A",
                    "trust",
                    "-U",
                    "postgres",
                    "--no-sync",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                ]),
        );
        let server = Self {
            folder,
            port,
            settings,
            databases_made: AtomicUsize::new(0),
        };
        stop_when_this_process_ends(server.pg_ctl().args(["-m", "immediate", "stop"]), &server.folder);
        server.start();
        server
    }
}

/// A shell reads from a pipe that only this process holds open: when it ends, in whatever way, the pipe closes, and
/// the shell stops the server and removes its folder. (A static is never dropped, and a killed process drops nothing.)
fn stop_when_this_process_ends(stop: &Command, folder: &Path) {
    let script = r#"trap '' INT TERM HUP; cat; folder=$1; shift; "$@"; rm -rf "$folder""#;
    let guard = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(folder)
        .arg(stop.get_program())
        .args(stop.get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("every Unix has sh");
    // Not dropped: dropping would close the pipe.
    static GUARDS: Mutex<Vec<Child>> = Mutex::new(Vec::new());
    GUARDS.lock().expect("no test panics here").push(guard);
}

/// PostgreSQL refuses to run as root; Debian's package makes a user for it.
fn as_postgres(program: &PathBuf) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // A folder that this user may enter.
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().expect("every Unix has id");
    user.stdout.trim_ascii() == b"0"
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Output goes to a file, not a pipe: the server inherits it, and a pipe would be open as long as the server runs.
fn succeed(command: &mut Command) {
    let complaints = tempfile::NamedTempFile::new().expect("the temporary folder can be written");
    let output = complaints.reopen().expect("a new file can be opened");
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .status()
        .unwrap_or_else(|error| panic!("{command:?} doesn't start: {error}"));
    let said = || std::fs::read_to_string(complaints.path()).unwrap_or_default();
    assert!(status.success(), "{command:?} failed: {}", said());
}
