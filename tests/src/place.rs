//! Where things lie: the repository, what was built from it, and the machine's programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Cargo's target folder, found from the test that runs in `target/PROFILE/deps`.
fn target() -> PathBuf {
    profile().parent().expect("target/PROFILE has a parent").to_owned()
}

fn profile() -> PathBuf {
    let test = env::current_exe().expect("a running test has a path");
    test.ancestors()
        .nth(2)
        .expect("tests run in target/PROFILE/deps")
        .to_owned()
}

/// The program under test.
pub fn passmuster() -> PathBuf {
    let program = env::var_os("PASSMUSTER_BIN").map_or_else(|| profile().join("passmuster"), PathBuf::from);
    assert!(
        program.is_file(),
        "{} is not built: start the tests with `cargo xtask test`",
        program.display()
    );
    program
}

/// The checker as a package for Node.
pub fn wasm_for_node() -> PathBuf {
    let folder = env::var_os("PASSMUSTER_WASM_NODE").map_or_else(|| target().join("wasm-node"), PathBuf::from);
    assert!(
        folder.is_dir(),
        "{} is not built: start the tests with `cargo xtask test`",
        folder.display()
    );
    folder
}

/// The checker as a package for npm.
pub fn npm_package() -> PathBuf {
    let folder = env::var_os("PASSMUSTER_NPM").map_or_else(|| target().join("npm/passmuster-checker"), PathBuf::from);
    assert!(
        folder.is_dir(),
        "{} is not built: start the tests with `cargo xtask test`",
        folder.display()
    );
    folder
}

/// The TypeScript compiler.
pub fn typescript() -> PathBuf {
    let usual = || target().join("tools/npm/node_modules/.bin/tsc");
    env::var_os("PASSMUSTER_TSC").map_or_else(usual, PathBuf::from)
}

/// Redocly's linter.
pub fn redocly() -> PathBuf {
    let usual = || target().join("tools/npm/node_modules/.bin/redocly");
    env::var_os("PASSMUSTER_REDOCLY").map_or_else(usual, PathBuf::from)
}

/// Schemathesis.
pub fn schemathesis() -> PathBuf {
    let usual = || {
        let folders = fs::read_dir(target().join("tools")).into_iter().flatten().flatten();
        let mut folders = folders.map(|folder| folder.path());
        let found = folders.find(|folder| folder.to_string_lossy().contains("/schemathesis-"));
        found.map(|folder| folder.join("bin/schemathesis")).unwrap_or_default()
    };
    env::var_os("PASSMUSTER_SCHEMATHESIS").map_or_else(usual, PathBuf::from)
}

/// The script of axe-core.
pub(crate) fn axe() -> PathBuf {
    let usual = || target().join("tools/npm/node_modules/axe-core/axe.min.js");
    env::var_os("PASSMUSTER_AXE").map_or_else(usual, PathBuf::from)
}

/// A Python that has a client of OData V4.
pub fn odata_client() -> PathBuf {
    let usual = || target().join("tools/python-odata-0.8.1/bin/python");
    env::var_os("PASSMUSTER_ODATA_CLIENT").map_or_else(usual, PathBuf::from)
}

/// Where browser tests leave pictures of the page.
pub fn screenshots() -> PathBuf {
    let folder = target().join("screenshots");
    fs::create_dir_all(&folder).expect("target/ can be written");
    folder
}

/// A program of the machine: as `variable` says, else on the `PATH`, else in Debian's folders of PostgreSQL.
pub(crate) fn machine_program(variable: &str, name: &str) -> PathBuf {
    if let Some(place) = env::var_os(variable) {
        return place.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let postgres_versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    env::split_paths(&path)
        .chain(postgres_versions.map(|version| version.path().join("bin")))
        .map(|folder| folder.join(name))
        .find(|place| place.is_file())
        .unwrap_or_else(|| panic!("{name} is not on this machine: start the tests with `cargo xtask test`"))
}
