//! A running `passmuster serve` with an integration for our files, and requests to it.

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use passmuster_bench::Profile;
use passmuster_core::mapping::FileFormat;
use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;

use crate::clock::{cpu_ms_of, cpu_ms_of_family, memory_of};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server keeps its directory.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// A file in its own folder.
    Sqlite,
    /// An address, and the process whose children work for it.
    Postgres(String, u32),
}

/// The server, which ends with this value.
pub(crate) struct Serving {
    child: Child,
    database: Database,
    folder: TempDir,
    port: u16,
    token: String,
    agent: Agent,
}

impl Serving {
    /// Starts one on an empty database, with what our mapping names.
    pub(crate) fn start(database: &Database) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("server").tempdir_in(crate::target())?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(folder.path().join("log"))?;
        let mut command = Command::new(program());
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            // measured is what the server does, not that it refuses
            .args([
                "--body-limit",
                "400000000",
                "--body-memory",
                "800000000",
                "--upload-rate",
                "0",
                "--read-rate",
                "0",
            ])
            .env("PASSMUSTER_DATABASE", address(database, folder.path()))
            .stdout(log.try_clone()?)
            .stderr(log)
            .stdin(Stdio::null())
            .current_dir(folder.path());
        let child = command
            .spawn()
            .map_err(|error| format!("{}: {error}", program().display()))?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let mut serving = Self {
            child,
            database: database.clone(),
            folder,
            port,
            token: String::new(),
            agent,
        };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if started.elapsed() > PATIENCE {
                return Err("the server doesn't listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        serving.command(&["group-type", "create", "Role"])?;
        serving.command(&["group-type", "create", "Team"])?;
        serving.command(&["integration-id", "create", "Phone Extension"])?;
        let mapping = serving.folder.path().join("mapping.json");
        std::fs::write(&mapping, Profile::Full.mapping(FileFormat::Csv))?;
        let mapping = mapping.to_string_lossy().into_owned();
        let words = [
            "integration",
            "create",
            "--name",
            "bench",
            "--file-format",
            "csv",
            "--mapping",
            &mapping,
            "--output",
            "json",
        ];
        let made: Value = serde_json::from_str(&serving.command(&words)?)?;
        serving.token = made["auth_token"].as_str().ok_or("no token")?.to_owned();
        Ok(serving)
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Runs `passmuster WORDS` beside it; gives back what it printed.
    pub(crate) fn command(&self, words: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = Command::new(program())
            .args(words)
            .env("PASSMUSTER_DATABASE", address(&self.database, self.folder.path()))
            .output()?;
        if !output.status.success() {
            return Err(format!("{words:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Sends a file; with `mode` such as `?mode=check`. Gives back the answer.
    pub(crate) fn send(&self, file: &[u8], mode: &str) -> Result<Value, Box<dyn Error>> {
        let url = format!("http://127.0.0.1:{}/api/v1/data/bench/{mode}", self.port);
        let request = self
            .agent
            .post(&url)
            .header("Authorization", format!("Token {}", self.token))
            .content_type("text/csv");
        let mut answer = request.send(file)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_string()?;
        if !matches!(status, 200 | 201) {
            return Err(format!("{status}: {}", text.chars().take(600).collect::<String>()).into());
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// A GET with an API key; gives back the status.
    pub(crate) fn get(&self, path: &str, key: &str) -> Result<u16, Box<dyn Error>> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let request = self.agent.get(&url).header("Authorization", format!("Bearer {key}"));
        let mut answer = request.call()?;
        answer.body_mut().read_to_vec()?;
        Ok(answer.status().as_u16())
    }

    /// CPU milliseconds of the server, and of a database server's processes, that a request takes.
    pub(crate) fn cost<T>(
        &self,
        request: impl FnOnce() -> Result<T, Box<dyn Error>>,
    ) -> Result<(f64, T), Box<dyn Error>> {
        let before = self.cpu_ms();
        let given = request()?;
        // what is done after the answer counts, too
        thread::sleep(Duration::from_millis(300));
        Ok((self.cpu_ms() - before, given))
    }

    fn cpu_ms(&self) -> f64 {
        let database = match &self.database {
            Database::Sqlite => 0.0,
            Database::Postgres(_, process) => cpu_ms_of_family(*process),
        };
        cpu_ms_of(self.child.id()) + database
    }

    /// A line of its status, in bytes.
    pub(crate) fn memory(&self, line: &str) -> u64 {
        memory_of(&self.child.id().to_string(), line).unwrap_or(0)
    }

    /// The file of its directory, on SQLite.
    pub(crate) fn sqlite_file(&self) -> PathBuf {
        sqlite_in(self.folder.path())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Fails only for a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> PathBuf {
    std::env::var_os("PASSMUSTER_BIN").map_or_else(|| crate::target().join("release/passmuster"), PathBuf::from)
}

fn sqlite_in(folder: &Path) -> PathBuf {
    folder.join("passmuster.db")
}

fn address(database: &Database, folder: &Path) -> OsString {
    match database {
        Database::Sqlite => format!("sqlite:{}", sqlite_in(folder).display()).into(),
        Database::Postgres(address, _) => address.into(),
    }
}
