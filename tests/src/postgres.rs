//! One PostgreSQL server per test process, in a folder of its own, with a new database for each test.

use std::{
    io,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::place::machine_program;

/// Safety against power cuts is PostgreSQL's own affair and tested there; without it tests are fast.
const FAST_AND_UNSAFE: &str = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off";

/// A private PostgreSQL server.
pub struct Postgres {
    port: u16,
    databases_made: AtomicUsize,
}

impl Postgres {
    /// The server of this test process, started by whoever asks first.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
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

    fn start() -> Self {
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
        let pg_ctl = machine_program("PG_CTL", "pg_ctl");
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
        stop_when_this_process_ends(
            as_postgres(&pg_ctl)
                .arg("-D")
                .arg(&data)
                .args(["-m", "immediate", "stop"]),
            &folder,
        );
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 {FAST_AND_UNSAFE}",
            folder.display()
        );
        succeed(
            as_postgres(&pg_ctl)
                .arg("-D")
                .arg(&data)
                .arg("-l")
                .arg(folder.join("log"))
                .args(["-w", "-o", &options, "start"]),
        );
        Self {
            port,
            databases_made: AtomicUsize::new(0),
        }
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
    static GUARD: OnceLock<std::process::Child> = OnceLock::new();
    GUARD.set(guard).expect("one server per process");
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
