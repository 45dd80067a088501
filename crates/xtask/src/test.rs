//! `cargo xtask test`: everything the tests need, then `cargo test` with its usual output.

use crate::{
    Project, package, page,
    process::{Outcome, find},
    progress::Progress,
    setup,
};

/// `arguments` go to `cargo test`, such as `--test tidy`.
pub(crate) fn run(project: &Project, progress: &mut Progress, arguments: &[String]) -> Outcome {
    setup::node(project, progress)?;
    setup::browser_and_databases(project, progress)?;
    setup::callgrind(project, progress)?;
    let axe_script = setup::axe(project, progress)?;
    let typescript = setup::typescript(project, progress)?;
    let redocly = setup::redocly(project, progress)?;
    let schemathesis = setup::schemathesis(project, progress)?;
    let odata_client = setup::odata_client(project, progress)?;
    page::build(project, progress)?;
    let wasm_for_node = page::build_for_node(project, progress)?;
    let npm_package = package::build(project, progress)?;
    progress.step("Build the server");
    project
        .run("cargo")
        .arguments(["build", "--locked", "--package", "passmuster-cli"])
        .succeed()?;
    progress.step("Test");
    let search_path = project.search_path();
    let mut tests = project
        .run("cargo")
        .arguments(["test", "--locked", "--no-fail-fast", "--workspace"])
        // These three are for wasm32, or no part of the product; both are exercised by the tests of the others.
        .arguments([
            "--exclude",
            "tools",
            "--exclude",
            "passmuster-web",
            "--exclude",
            "passmuster-wasm",
        ])
        .arguments(arguments)
        .environment("PASSMUSTER_BIN", project.target.join("debug/passmuster"))
        .environment("PASSMUSTER_WASM_NODE", wasm_for_node)
        .environment("PASSMUSTER_NPM", npm_package)
        .environment("PASSMUSTER_TSC", typescript)
        .environment("PASSMUSTER_REDOCLY", redocly)
        .environment("PASSMUSTER_SCHEMATHESIS", schemathesis)
        .environment("PASSMUSTER_ODATA_CLIENT", odata_client)
        .environment("PASSMUSTER_AXE", axe_script);
    for (variable, program) in [("CHROMEDRIVER", "chromedriver"), ("CHROMIUM", "chromium")] {
        if let Some(place) = find(program, &search_path) {
            tests = tests.environment(variable, place);
        }
    }
    tests.succeed()
}
