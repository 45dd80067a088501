//! A PostgreSQL server of our own, with its defaults for durability, and what `COPY` of the same rows takes on it.

use std::cell::Cell;
use std::error::Error;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::insert::DIRECTORY;
use super::insert::row_by_row;
use super::serving::Database;
use crate::clock::{cpu_ms_of_ended_children, cpu_ms_of_family, thread_ms};

/// The server, which ends with this value.
pub(crate) struct Cluster {
    folder: TempDir,
    port: u16,
    process: u32,
    databases: Cell<u32>,
}

impl Cluster {
    /// Starts one.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("passmuster-bench-postgres").tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        run(as_postgres("initdb").arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]))?;
        let options = format!("-p {port} -k {} -c listen_addresses=127.0.0.1", folder.path().display());
        let log = folder.path().join("log");
        run(as_postgres("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(log)
            .args(["-w", "-o", &options, "start"]))?;
        let pid = fs::read_to_string(data.join("postmaster.pid"))?;
        let process = pid.lines().next().unwrap_or_default().trim().parse()?;
        Ok(Self {
            folder,
            port,
            process,
            databases: Cell::new(0),
        })
    }

    /// Makes an empty database.
    pub(crate) fn new_database(&self) -> Result<(String, Database), Box<dyn Error>> {
        let name = format!("bench{}", self.databases.get());
        self.databases.set(self.databases.get() + 1);
        run(self.client("createdb").arg(&name))?;
        let address = format!("postgres://postgres@127.0.0.1:{}/{name}", self.port);
        Ok((name, Database::Postgres(address, self.process)))
    }

    /// Saves the directory's tables of a database as files that `COPY` reads.
    pub(crate) fn save(&self, database: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
        let mut psql = self.client("psql");
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", database]);
        for table in DIRECTORY {
            psql.args([
                "-c",
                &format!("\\copy {table} to '{}'", file_of(folder, table).display()),
            ]);
        }
        run(&mut psql)?;
        let schema = File::create(folder.join("schema.sql"))?;
        run(self.client("pg_dump").args(["--schema-only", database]).stdout(schema))
    }

    /// CPU milliseconds of `psql` and the server for reading those files into a new database with the same schema, in
    /// one transaction.
    pub(crate) fn copy(&self, folder: &Path) -> Result<f64, Box<dyn Error>> {
        let name = self.new_like(folder)?;
        let before = cpu_ms_of_family(self.process) + cpu_ms_of_ended_children();
        let mut psql = self.client("psql");
        psql.args(["-q", "-1", "-v", "ON_ERROR_STOP=1", &name]);
        for table in DIRECTORY {
            psql.args([
                "-c",
                &format!("\\copy {table} from '{}'", file_of(folder, table).display()),
            ]);
        }
        run(&mut psql)?;
        std::thread::sleep(std::time::Duration::from_millis(300));
        let cost = cpu_ms_of_family(self.process) + cpu_ms_of_ended_children() - before;
        run(self.client("dropdb").arg(&name))?;
        Ok(cost)
    }

    /// CPU milliseconds of ours and the server's for storing those rows one by one, in the same way otherwise.
    pub(crate) fn insert_row_by_row(&self, folder: &Path) -> Result<f64, Box<dyn Error>> {
        let name = self.new_like(folder)?;
        let (before, begun) = (cpu_ms_of_family(self.process), thread_ms());
        row_by_row::insert(self.port, &name, |table| file_of(folder, table))?;
        std::thread::sleep(std::time::Duration::from_millis(300));
        let cost = cpu_ms_of_family(self.process) - before + thread_ms() - begun;
        run(self.client("dropdb").arg(&name))?;
        Ok(cost)
    }

    /// A new database with the saved schema and no rows.
    fn new_like(&self, folder: &Path) -> Result<String, Box<dyn Error>> {
        let (name, _) = self.new_database()?;
        run(self
            .client("psql")
            .args(["-q", "-v", "ON_ERROR_STOP=1", "-f"])
            .arg(folder.join("schema.sql"))
            .arg(&name))?;
        run(self.client("psql").args(["-q", "-c", "checkpoint", &name]))?;
        Ok(name)
    }

    /// Removes a database.
    pub(crate) fn drop(&self, name: &str) -> Result<(), Box<dyn Error>> {
        run(self.client("dropdb").args(["--force", name]))
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(place_of(program));
        let port = self.port.to_string();
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", port)
            .env("PGUSER", "postgres");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        // What can't be stopped here can't be mended here either.
        let _ = run(as_postgres("pg_ctl")
            .arg("-D")
            .arg(data)
            .args(["-w", "-m", "immediate", "stop"]));
    }
}

fn file_of(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.copy"))
}

/// Debian keeps PostgreSQL's server programs in a folder per version, off the `PATH`.
fn place_of(program: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin").join(program))
        .find(|place| place.is_file())
        .unwrap_or_else(|| PathBuf::from(program))
}

/// PostgreSQL refuses to run as root; Debian's package makes a user for it.
fn as_postgres(program: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(place_of(program));
        command
    } else {
        Command::new(place_of(program))
    };
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|user| user.stdout.trim_ascii() == b"0")
}

/// Its complaints go to our own standard error: a pipe would stay open as long as a server that it starts.
fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let quiet = command.get_program() != "psql" && !command.get_program().to_string_lossy().ends_with("pg_dump");
    if quiet {
        command.stdout(Stdio::null());
    }
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(())
}
